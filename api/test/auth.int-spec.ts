import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session, User } from '@qc/contracts';
import { Client } from './support/client';
import { TestServer } from './support/test-server';

const ACCOUNT = {
  email: 'nina@test.example',
  password: 'correct horse',
  role: 'customer' as const,
  profile: { firstName: 'Nina' },
};

describe('accounts', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  it('registers with a session in the body and a refresh token in a cookie that no script can read', async () => {
    const answer = await server.anonymous().post<Session>('/auth/register', ACCOUNT);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      expiresIn: 900,
      user: { email: ACCOUNT.email, role: 'customer', active: true },
    });
    expect(JSON.stringify(answer.body)).not.toMatch(/refresh|passwordHash/i);
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).toMatch(/Path=\/api\/auth/);
  });

  it('refuses an e-mail that is taken, however it is written', async () => {
    const answer = await server.anonymous().post('/auth/register', { ...ACCOUNT, email: '  NINA@test.EXAMPLE ' });
    expect([answer.status, answer.body.code]).toEqual([409, 'EMAIL_TAKEN']);
  });

  it.each([
    ['an admin', { role: 'admin' }, 'role'],
    ['a password of 73 bytes', { password: 'x'.repeat(73) }, 'password'],
    ['a password whose letters are more than 72 bytes', { password: 'ü'.repeat(37) }, 'password'],
    ['a short password', { password: 'short' }, 'password'],
    ['an unknown property', { isAdmin: true }, 'isAdmin'],
    ['a name that is no text', { profile: { firstName: 5 } }, 'profile.firstName'],
  ])('refuses to register %s', async (_what, change, path) => {
    const { status, body } = await server
      .anonymous()
      .post('/auth/register', { ...ACCOUNT, email: 'x@test.example', ...change });
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(body.errors?.map((error) => error.path)).toContain(path);
  });

  it('says the same of a wrong password and of an account that does not exist', async () => {
    const wrong = await server.anonymous().post('/auth/login', { email: ACCOUNT.email, password: 'not this one' });
    const unknown = await server
      .anonymous()
      .post('/auth/login', { email: 'nobody@test.example', password: 'not this one' });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'INVALID_CREDENTIALS']);
    expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
  });

  it('keeps a profile and answers it', async () => {
    const nina = await server.anonymous().signIn(ACCOUNT.email, ACCOUNT.password);
    await nina.put('/auth/profile', { phone: '+91 98450 12345' });
    const me = await nina.get<{ user: User }>('/auth/me');
    expect(me.body.user.profile).toEqual({ firstName: 'Nina', phone: '+91 98450 12345' });
    const cleared = await nina.put<{ user: User }>('/auth/profile', { phone: '' });
    expect(cleared.body.user.profile).toEqual({ firstName: 'Nina' });
  });

  it('ends every other session when the password changes', async () => {
    const [here, there] = await Promise.all(
      [1, 2].map(() => server.anonymous().signIn(ACCOUNT.email, ACCOUNT.password)),
    );
    const change = { currentPassword: ACCOUNT.password, newPassword: 'a new one altogether' };
    expect((await here!.put('/auth/password', change)).status).toBe(200);
    expect((await here!.get('/auth/me')).status).toBe(200);
    expect((await there!.get('/auth/me')).status).toBe(401);
    expect((await server.anonymous().post('/auth/login', ACCOUNT_LOGIN)).status).toBe(401);
  });
});

const ACCOUNT_LOGIN = { email: ACCOUNT.email, password: ACCOUNT.password };

describe('refresh', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  async function refresh(cookie: string): Promise<{ status: number; cookie: string; token: string }> {
    const answer = await new Client(server.url).post<Session>('/auth/refresh', undefined, { Cookie: cookie });
    return {
      status: answer.status,
      cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '',
      token: answer.body.accessToken,
    };
  }

  it('rotates: each token gives the next', async () => {
    const { cookie } = await server.customer();
    const next = await refresh(cookie!);
    expect(next.status).toBe(200);
    expect(next.cookie).not.toBe(cookie);
    expect((await refresh(next.cookie)).status).toBe(200);
  });

  it('gives the same successor for 10 s, because the answer may have been lost', async () => {
    const { cookie } = await server.customer();
    const first = await refresh(cookie!);
    const again = await refresh(cookie!);
    expect([again.status, again.cookie]).toEqual([200, first.cookie]);
  });

  it('ends the whole family when an older token comes back', async () => {
    const { cookie } = await server.customer();
    const second = await refresh(cookie!);
    const third = await refresh(second.cookie);
    expect((await refresh(cookie!)).status).toBe(401);
    expect((await refresh(third.cookie)).status).toBe(401);
    expect((await new Client(server.url).get('/auth/me', { Authorization: `Bearer ${third.token}` })).status).toBe(401);
  });

  it('ends the family when the token just replaced comes back after its 10 s', async () => {
    const { cookie } = await server.customer();
    const second = await refresh(cookie!);
    server.advance(11_000);
    expect((await refresh(cookie!)).status).toBe(401);
    expect((await refresh(second.cookie)).status).toBe(401);
  });

  it.each(['', 'qc_refresh=', 'qc_refresh=nonsense', `qc_refresh=${'0'.repeat(24)}.1.${'A'.repeat(43)}`])(
    'refuses %p',
    async (cookie) => {
      expect((await refresh(cookie)).status).toBe(401);
    },
  );

  it('makes two refreshes at once give one and the same successor', async () => {
    const { cookie } = await server.customer();
    const both = await Promise.all([refresh(cookie!), refresh(cookie!)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(both[0].cookie).toBe(both[1].cookie);
  });

  it('signs out at once, access token included; everywhere when asked', async () => {
    const one = await server.anonymous().signIn('customer@demo.test', 'Demo-pass-123');
    const two = await server.anonymous().signIn('customer@demo.test', 'Demo-pass-123');
    expect((await one.post('/auth/logout', undefined, { Cookie: one.cookie! })).status).toBe(204);
    expect((await one.get('/auth/me')).status).toBe(401);
    expect((await two.get('/auth/me')).status).toBe(200);
    const three = await server.anonymous().signIn('customer@demo.test', 'Demo-pass-123');
    expect((await three.post('/auth/logout-all', undefined, { Cookie: three.cookie! })).status).toBe(204);
    expect((await two.get('/auth/me')).status).toBe(401);
  });
});
