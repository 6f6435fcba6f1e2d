import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemBody } from '@qc/contracts';
import { ROUTES } from '../src/auth/access';
import { TestServer } from './support/test-server';

type Caller = 'anonymous' | 'customer' | 'partner' | 'admin';

/** A route's callers by the table of access, as OpenAPI writes the route. */
const OPEN_TO = Object.fromEntries(
  Object.entries(ROUTES).map(([route, rule]) => [
    route.replace(/:(\w+)/g, '{$1}'),
    Object.keys(rule).map((caller) => (caller === 'anyone' ? 'anonymous' : caller) as Caller),
  ]),
);

interface Document {
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Record<string, unknown> };
}

describe('closed by default', () => {
  let server: TestServer;
  let document: Document;
  const tokens: Partial<Record<Caller, string>> = {};
  beforeAll(async () => {
    server = await TestServer.start();
    document = (await (await fetch(`${server.url}/api/docs-json`)).json()) as Document;
    tokens.customer = (await server.customer()).token;
    tokens.partner = (await server.partner()).token;
    tokens.admin = (await server.admin()).token;
  });
  afterAll(() => server.stop());

  const call = async (route: string, caller: Caller): Promise<{ status: number; body: ProblemBody }> => {
    const [method, path] = route.split(' ') as [string, string];
    const token = tokens[caller];
    const response = await fetch(`${server.url}/api${path.replace(/\{\w+\}/, '0'.repeat(24))}`, {
      method,
      headers: { ...(token && { Authorization: `Bearer ${token}` }), 'Content-Type': 'application/json' },
      ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{"nothing":"that is known"}' }),
    });
    const text = await response.text();
    const json = text && response.headers.get('Content-Type')?.includes('json');
    return { status: response.status, body: (json ? JSON.parse(text) : {}) as ProblemBody };
  };

  it('knows every route there is, and documents no other', () => {
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api', '')}`),
    );
    expect(routes.sort()).toEqual(Object.keys(OPEN_TO).sort());
  });

  it('describes every answer and request that it names', () => {
    const named = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/([^"]+)/g)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(50);
    expect([...new Set(named)].filter((name) => !(name in document.components.schemas))).toEqual([]);
  });

  it.each(Object.entries(OPEN_TO))('%s is for %p and nobody else', async (route, allowed) => {
    for (const caller of ['anonymous', 'customer', 'partner', 'admin'] as const) {
      const { status, body } = await call(route, caller);
      expect(status).toBeLessThan(500);
      const open = allowed.includes(caller) || allowed.includes('anonymous');
      if (!open)
        expect([caller, status, body.code]).toEqual(
          caller === 'anonymous' ? [caller, 401, 'UNAUTHENTICATED'] : [caller, 403, 'FORBIDDEN'],
        );
      else expect([caller, body.code]).not.toEqual([caller, 'FORBIDDEN']);
    }
  });
});
