import passport from 'passport';
import { JwtStrategy } from '../../src/auth/jwt.strategy';
import type { TestServer } from './test-server';

/** Gives `use` a second server on the same database, both at work at once, and ends it. */
export async function withServerBeside<T>(
  server: TestServer,
  use: (beside: TestServer) => Promise<T>,
  overrides?: Record<string, string>,
): Promise<T> {
  const beside = await server.beside(overrides);
  try {
    return await use(beside);
  } finally {
    await beside.app.close();
    // one for the whole process: the last server that started has put its own in its place
    passport.use(server.app.get(JwtStrategy));
  }
}
