import { createHmac, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemBody } from '@qc/contracts';
import { withServerBeside } from './support/beside';
import type { Answer } from './support/client';
import { type Claims, claimsOf, headerOf, keyIdOf, part, signed } from './support/forgery';
import { refusal } from './support/steps';
import { TestServer } from './support/test-server';

const SECRET = 'the secret of this test and of no other one';
const PREVIOUS = 'the secret that was there before this one was';
const DENIED = [401, 'UNAUTHENTICATED'];
const HEADER = { alg: 'HS256', typ: 'at+jwt', kid: keyIdOf(SECRET) };

const ours = (claims: Claims): string => signed(claims, { secret: SECRET });
const now = (): number => Math.floor(Date.now() / 1000);
const unsigned = (claims: Claims, header: object): string => `${part(header)}.${part(claims)}.`;

describe('an access token', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ JWT_SECRET: SECRET, JWT_SECRET_PREVIOUS: PREVIOUS });
  });
  afterAll(() => server.stop());

  const meWith = (token: string): Promise<Answer<ProblemBody>> =>
    server.anonymous().get('/auth/me', { Authorization: `Bearer ${token}` });
  const opensSocket = (token: string): Promise<boolean> =>
    server
      .anonymous()
      .connect({ token })
      .then(
        (socket) => Boolean(socket.disconnect()),
        () => false,
      );

  it('is signed by the key of JWT_SECRET, which its header names without telling it', async () => {
    const { token } = await server.customer();
    expect(headerOf(token!)).toEqual(HEADER);
    expect(SECRET).not.toContain(HEADER.kid);
    expect(claimsOf(token!)).toMatchObject({ iss: 'quickcommerce', aud: 'qc-api' });
  });

  it('is taken as it was given: who signs with the same secret is us', async () => {
    const { token } = await server.customer();
    expect((await meWith(ours(claimsOf(token!)))).status).toBe(200);
    expect(await opensSocket(ours(claimsOf(token!)))).toBe(true);
  });

  it('under the key before this one is read too', async () => {
    const { token } = await server.customer();
    const before = signed(claimsOf(token!), { secret: PREVIOUS });
    expect((await meWith(before)).status).toBe(200);
    expect(await opensSocket(before)).toBe(true);
  });

  it.each<[string, (claims: Claims, token: string) => string]>([
    ['signed with another secret', (claims) => signed(claims, { secret: 'x'.repeat(32), header: HEADER })],
    ['under a key that nobody knows', (claims) => signed(claims, { secret: 'x'.repeat(32) })],
    [
      'of our key, under another name',
      (claims) => signed(claims, { secret: SECRET, header: { ...HEADER, kid: 'k1' } }),
    ],
    ['under no named key', (claims) => signed(claims, { secret: SECRET, header: { alg: 'HS256', typ: 'at+jwt' } })],
    ['with a path for a key', (claims) => signed(claims, { secret: '', header: { ...HEADER, kid: '../../dev/null' } })],
    ['signed with nothing', (claims) => signed(claims, { secret: '', header: HEADER })],
    [
      'of another algorithm of the family',
      (claims) => signed(claims, { secret: SECRET, header: { ...HEADER, alg: 'HS512' }, hash: 'sha512' }),
    ],
    ['of an algorithm with a public key', (claims) => withPublicKey(claims)],
    [
      'that brings its own key',
      (claims) => signed(claims, { secret: 'x', header: { ...HEADER, jwk: { kty: 'oct', k: 'eA' } } }),
    ],
    [
      'that says where its key is',
      (claims) => signed(claims, { secret: SECRET, header: { ...HEADER, jku: 'https://x.example' } }),
    ],
    ['of another kind', (claims) => signed(claims, { secret: SECRET, header: { ...HEADER, typ: 'JWT' } })],
    ['that says it needs no signature', (claims) => unsigned(claims, { ...HEADER, alg: 'none' })],
    ['that says so in other letters', (claims) => unsigned(claims, { ...HEADER, alg: 'nOnE' })],
    ['that says so, and is signed', (claims) => signed(claims, { secret: SECRET, header: { ...HEADER, alg: 'none' } })],
    ['without its signature', (_claims, token) => token.slice(0, token.lastIndexOf('.') + 1)],
    ['with a changed role', (claims, token) => grafted(token, { ...claims, role: 'admin' })],
    ['with a changed account', (claims, token) => grafted(token, { ...claims, sub: '0'.repeat(24) })],
    ['that was made to last', (claims, token) => grafted(token, { ...claims, exp: now() + 10_000_000 })],
    ['that is past its time', (claims) => ours({ ...claims, exp: now() - 1 })],
    ['that is not good yet', (claims) => ours({ ...claims, nbf: now() + 60 })],
    ['for another service', (claims) => ours({ ...claims, aud: 'somebody-else' })],
    ['for no service', ({ aud: _, ...claims }) => ours(claims)],
    ['of another issuer', (claims) => ours({ ...claims, iss: 'somebody-else' })],
    ['of no issuer', ({ iss: _, ...claims }) => ours(claims)],
    ['of a session that there never was', (claims) => ours({ ...claims, sid: '0'.repeat(24) })],
    ['without a session', ({ sid: _, ...claims }) => ours(claims)],
    ['with an operator for a session', (claims) => ours({ ...claims, sid: { $ne: null } })],
    ['cut short', (claims) => ours(claims).slice(0, -4)],
    ['with more behind it', (claims) => `${ours(claims)}.e30`],
    ['that is none', () => 'a.b.c'],
    ['that is nothing', () => ''],
  ])('%s is refused, by the routes and by the socket', async (_what, forge) => {
    const { token } = await server.customer();
    const forged = forge(claimsOf(token!), token!);
    expect(refusal(await meWith(forged))).toEqual(DENIED);
    expect(await opensSocket(forged)).toBe(false);
    expect((await meWith(token!)).status).toBe(200);
  });

  it('is not what the refresh cookie holds, nor the other way round', async () => {
    const { cookie, token } = await server.customer();
    const refreshToken = cookie!.split('=')[1]!;
    expect(refusal(await meWith(refreshToken))).toEqual(DENIED);
    expect(await opensSocket(refreshToken)).toBe(false);
    const refreshed = await server.anonymous().post('/auth/refresh', undefined, { Cookie: `qc_refresh=${token}` });
    expect(refusal(refreshed)).toEqual(DENIED);
  });
});

describe('a change of secrets', () => {
  let server: TestServer;
  const [before, after] = [PREVIOUS, SECRET];
  beforeAll(async () => {
    server = await TestServer.start({ JWT_SECRET: before, JWT_SECRET_PREVIOUS: after });
  });
  afterAll(() => server.stop());

  const refreshAt = (at: TestServer, cookie: string): Promise<Answer<unknown>> =>
    at.anonymous().post('/auth/refresh', undefined, { Cookie: cookie });
  const cookieOf = (answer: Answer<unknown>): string => answer.headers.getSetCookie()[0]!.split(';')[0]!;

  it('signs nobody out: first the new one is read everywhere, then it signs, then the old one goes', async () => {
    const { cookie } = await server.customer();
    const onBoth = await withServerBeside(
      server,
      async (swapped) => {
        const first = await refreshAt(swapped, cookie!);
        expect(first.status).toBe(200);
        // in the grace time also the old process gives a token of the same generation, which both read
        const again = await refreshAt(server, cookie!);
        expect([again.status, generationOf(cookieOf(again))]).toEqual([200, generationOf(cookieOf(first))]);
        const second = await refreshAt(server, cookieOf(first));
        const third = await refreshAt(swapped, cookieOf(second));
        expect([second.status, third.status]).toEqual([200, 200]);
        return cookieOf(third);
      },
      { JWT_SECRET: after, JWT_SECRET_PREVIOUS: before },
    );
    await withServerBeside(
      server,
      async (alone) => {
        const fourth = await refreshAt(alone, onBoth);
        expect(fourth.status).toBe(200);
        // and what only the old one has signed is over
        expect((await refreshAt(alone, cookieOf(await refreshAt(server, cookieOf(fourth))))).status).toBe(401);
      },
      { JWT_SECRET: after },
    );
  });
});

function generationOf(cookie: string): string {
  return cookie.split('.')[1]!;
}

/** Other claims under the signature of a good token. */
function grafted(token: string, claims: Claims): string {
  const [head, , mac] = token.split('.');
  return `${head}.${part(claims)}.${mac}`;
}

/** Signed as a server would check it that takes a public key for a secret. */
function withPublicKey(claims: Claims): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const text = `${part({ ...HEADER, alg: 'RS256' })}.${part(claims)}`;
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
}
