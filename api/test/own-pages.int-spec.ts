import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session, SessionList } from '@qc/contracts';
import { withServerBeside } from './support/beside';
import { Client } from './support/client';
import { refusal } from './support/steps';
import { TestServer } from './support/test-server';

const FORBIDDEN = [403, 'FORBIDDEN'];
const LISTED = 'https://ops.example';
const DEMO = { email: 'customer@demo.test', password: 'Demo-pass-123' };

describe('the cookies of a session', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ CORS_ORIGIN: LISTED, TRUST_PROXY: '1' });
  });
  afterAll(() => server.stop());

  const TLS = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '192.0.2.7' };
  const namesOf = (headers: Headers): string[] => headers.getSetCookie().map((cookie) => cookie.split('=')[0]!);

  it('over plain HTTP are for the browser alone, for these routes, for no other site', async () => {
    const { headers } = await server.anonymous().post('/auth/login', DEMO);
    expect(namesOf(headers)).toEqual(['qc_refresh', 'qc_device']);
    for (const cookie of headers.getSetCookie()) {
      const flags = cookie.split('; ');
      expect(flags).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Strict', 'Path=/api/auth']));
      expect(flags).not.toContain('Secure');
      expect(cookie).not.toMatch(/Domain=/i);
    }
  });

  it('behind TLS are Secure, and their names say so', async () => {
    const { headers } = await server.anonymous().post('/auth/login', DEMO, TLS);
    expect(namesOf(headers)).toEqual(['__Secure-qc_refresh', '__Secure-qc_device']);
    for (const cookie of headers.getSetCookie()) {
      expect(cookie.split('; ')).toEqual(
        expect.arrayContaining(['HttpOnly', 'SameSite=Strict', 'Path=/api/auth', 'Secure']),
      );
    }
  });

  it('behind TLS are read by that name alone: one that was put there over plain HTTP counts for nothing', async () => {
    const { headers } = await server.anonymous().post('/auth/login', DEMO, TLS);
    const value = headers.getSetCookie()[0]!.split(';')[0]!.split('=')[1]!;
    const refresh = (Cookie: string) => server.anonymous().post('/auth/refresh', undefined, { ...TLS, Cookie });
    expect((await refresh(`qc_refresh=${value}`)).status).toBe(401);
    const { status, headers: again } = await refresh(`__Secure-qc_refresh=${value}`);
    expect([status, namesOf(again)]).toEqual([200, ['__Secure-qc_refresh']]);
    const next = again.getSetCookie()[0]!.split(';')[0]!;
    const out = await server.anonymous().post('/auth/logout', undefined, { ...TLS, Cookie: next });
    expect(out.headers.getSetCookie()[0]).toMatch(/^__Secure-qc_refresh=;.*Expires=Thu, 01 Jan 1970.*Secure/);
  });

  it('are Secure by the word of a proxy only where there is one', async () => {
    const loginAt = async (at: TestServer): Promise<string[]> =>
      namesOf((await at.anonymous().post('/auth/login', DEMO, TLS)).headers);
    const direct = await withServerBeside(server, loginAt, { TRUST_PROXY: '0' });
    expect(direct).toEqual(['qc_refresh', 'qc_device']);
  });

  it('are kept by nobody on the way', async () => {
    const client = await server.anonymous().signIn(DEMO.email, DEMO.password);
    const refreshed = await server.anonymous().post('/auth/refresh', undefined, { Cookie: client.cookie! });
    expect(refreshed.headers.get('cache-control')).toBe('no-store');
    for (const path of ['/auth/me', '/auth/sessions']) {
      expect((await client.get(path)).headers.get('cache-control')).toBe('no-store');
    }
  });
});

describe('another site’s page', () => {
  let server: TestServer;
  let own: string;
  beforeAll(async () => {
    server = await TestServer.start({ CORS_ORIGIN: LISTED });
    own = new URL(server.url).origin;
  });
  afterAll(() => server.stop());

  /** Every route that acts by a cookie or sets one, as its owner's browser would send it. */
  const asks = async (headers: Record<string, string>): Promise<[string, unknown][]> => {
    const owner = await server.customer();
    const browser = new Client(server.url);
    const cookie = { Cookie: owner.cookie!, ...headers };
    const { items } = (await owner.get<SessionList>('/auth/sessions')).body;
    const register = { email: `x${Math.random()}@test.example`, password: 'correct horse', role: 'customer' };
    const answers = {
      login: await browser.post('/auth/login', DEMO, cookie),
      register: await browser.post('/auth/register', { ...register, profile: { firstName: 'X' } }, cookie),
      refresh: await browser.post('/auth/refresh', undefined, cookie),
      logout: await browser.post('/auth/logout', undefined, cookie),
      'logout-all': await browser.post('/auth/logout-all', undefined, cookie),
      sessions: await owner.delete(`/auth/sessions/${items[0]!.id}`, headers),
      password: await owner.put('/auth/password', { currentPassword: 'correct horse', newPassword: 'staple' }, headers),
    };
    const lives = (await owner.get('/auth/me')).status;
    return [
      ...Object.entries(answers).map(([name, answer]): [string, unknown] => [name, refusal(answer)]),
      ['lives', lives],
    ];
  };

  it.each<[string, Record<string, string>]>([
    ['of another host', { Origin: 'https://evil.example' }],
    ['of a neighbour', { Origin: 'https://evil.ops.example' }],
    ['that begins like one on the list', { Origin: 'https://ops.example.evil.example' }],
    ['of another port', { Origin: 'http://127.0.0.1:1' }],
    ['that will not say', { Origin: 'null' }],
    ['with more than an origin', { Origin: 'https://ops.example, https://evil.example' }],
    ['that the browser calls one', { 'Sec-Fetch-Site': 'cross-site' }],
    ['that says it is us, and the browser does not', { Origin: 'OWN', 'Sec-Fetch-Site': 'cross-site' }],
  ])('%s changes nothing', async (_what, headers) => {
    const sent = headers['Origin'] === 'OWN' ? { ...headers, Origin: own } : headers;
    const answers = await asks(sent);
    expect(answers.filter(([name]) => name !== 'lives').map(([, answer]) => answer)).toEqual(
      Array.from({ length: 7 }, () => FORBIDDEN),
    );
    expect(answers.at(-1)).toEqual(['lives', 200]);
  });

  it.each([
    ['a program', {}],
    ['a page of ours', { Origin: 'OWN', 'Sec-Fetch-Site': 'same-origin' }],
    ['a page on the list', { Origin: LISTED, 'Sec-Fetch-Site': 'cross-site' }],
  ])('is not %s', async (_what, headers: Record<string, string>) => {
    const sent = headers['Origin'] === 'OWN' ? { ...headers, Origin: own } : headers;
    const { cookie } = await server.customer();
    const answer = await server.anonymous().post<Session>('/auth/refresh', undefined, { Cookie: cookie!, ...sent });
    expect(answer.status).toBe(200);
  });

  it('is told whose name the path is in other letters', async () => {
    const { cookie } = await server.customer();
    const response = await fetch(`${server.url}/API/Auth/refresh`, {
      method: 'POST',
      headers: { Cookie: cookie!, Origin: 'https://evil.example' },
    });
    expect([403, 404]).toContain(response.status);
  });

  it('may read what anybody may, as before', async () => {
    expect((await server.anonymous().get('/products', { Origin: 'https://evil.example' })).status).toBe(200);
  });
});
