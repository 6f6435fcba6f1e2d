import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemBody, Register, Session, User } from '@qc/contracts';
import type { Answer, Client } from './support/client';
import { refusal } from './support/steps';
import { TestServer } from './support/test-server';

const SECRET = 'the secret of this test and of no other one';
const DENIED = [401, 'UNAUTHENTICATED'];
const DEMO = { email: 'customer@demo.test', password: 'Demo-pass-123' };

type Claims = Record<string, unknown>;
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const claimsOf = (token: string): Claims =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Claims;

/** A token with these claims, signed by whoever has this secret. */
function signed(claims: Claims, { alg = 'HS256', hash = 'sha256', secret = SECRET } = {}): string {
  const body = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  return `${body}.${createHmac(hash, secret).update(body).digest('base64url')}`;
}

describe('sessions', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ JWT_SECRET: SECRET, REFRESH_TOKEN_TTL: '3600' });
  });
  afterAll(() => server.stop());

  const meWith = (token: string): Promise<Answer<ProblemBody>> =>
    server.anonymous().get('/auth/me', { Authorization: `Bearer ${token}` });
  const refresh = (cookie?: string): Promise<Answer<Session & ProblemBody>> =>
    server.anonymous().post('/auth/refresh', undefined, cookie ? { Cookie: cookie } : {});
  const cookieOf = (answer: Answer<unknown>): string => answer.headers.getSetCookie()[0]!.split(';')[0]!;
  const signIn = (): Promise<Client> => server.anonymous().signIn(DEMO.email, DEMO.password);

  describe('an access token', () => {
    it('is taken as it was given: who signs with the same secret is us', async () => {
      const { token } = await server.customer();
      expect((await meWith(signed(claimsOf(token!)))).status).toBe(200);
    });

    it.each<[string, (claims: Claims) => string]>([
      ['signed with another secret', (claims) => signed(claims, { secret: 'x'.repeat(32) })],
      ['signed with nothing', (claims) => signed(claims, { secret: '' })],
      ['of another algorithm of the family', (claims) => signed(claims, { alg: 'HS512', hash: 'sha512' })],
      ['that says it needs no signature', (claims) => signed({ ...claims }, { alg: 'none' })],
      ['that says so in other letters', (claims) => signed({ ...claims }, { alg: 'nOnE' })],
      ['that is past its time', (claims) => signed({ ...claims, exp: Math.floor(Date.now() / 1000) - 1 })],
      ['for another service', (claims) => signed({ ...claims, aud: 'somebody-else' })],
      ['for no service', ({ aud: _, ...claims }) => signed(claims)],
      ['of a session that there never was', (claims) => signed({ ...claims, sid: '0'.repeat(24) })],
      ['without a session', ({ sid: _, ...claims }) => signed(claims)],
      ['cut short', (claims) => signed(claims).slice(0, -4)],
      ['with more behind it', (claims) => `${signed(claims)}.e30`],
    ])('%s is refused', async (_what, forge) => {
      const { token } = await server.customer();
      expect(refusal(await meWith(forge(claimsOf(token!))))).toEqual(DENIED);
    });

    it('is not what the refresh cookie holds', async () => {
      const { cookie } = await server.customer();
      expect(refusal(await meWith(cookie!.split('=')[1]!))).toEqual(DENIED);
    });

    it('is read from the header alone', async () => {
      const { token } = await server.customer();
      expect(refusal(await server.anonymous().get(`/auth/me?access_token=${token}`))).toEqual(DENIED);
      expect(refusal(await server.anonymous().get('/auth/me', { Cookie: `qc_access=${token}` }))).toEqual(DENIED);
      expect(refusal(await server.anonymous().get('/auth/me', { Authorization: `Basic ${token}` }))).toEqual(DENIED);
    });

    it('says who, in which role and session, and nothing personal', async () => {
      const { token, user } = await server.customer();
      const claims = claimsOf(token!);
      expect(Object.keys(claims).toSorted()).toEqual(['aud', 'exp', 'iat', 'role', 'sid', 'sub']);
      expect(claims).toMatchObject({ sub: user.id, role: 'customer' });
      expect(Number(claims['exp']) - Number(claims['iat'])).toBe(900);
    });
  });

  describe('a refresh cookie', () => {
    it('is for the browser alone, for these routes, and as long as the session', async () => {
      const answer = await server.anonymous().post<Session>('/auth/login', DEMO);
      const [cookie, ...more] = answer.headers.getSetCookie();
      expect(more).toEqual([]);
      expect(cookie!.split('; ')).toEqual(
        expect.arrayContaining(['HttpOnly', 'SameSite=Strict', 'Path=/api/auth', 'Max-Age=3600']),
      );
      const value = cookie!.split(';')[0]!.split('=')[1]!;
      expect(JSON.stringify(answer.body)).not.toContain(value);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(Object.keys(answer.body).toSorted()).toEqual(['accessToken', 'expiresIn', 'user']);
    });

    it('gives an access token of the same session and the user as of now', async () => {
      const client = await server.partner({ available: false });
      await client.put('/auth/profile', { lastName: 'Kumar' });
      const { status, body } = await refresh(client.cookie);
      expect(status).toBe(200);
      expect(claimsOf(body.accessToken)['sid']).toBe(claimsOf(client.token!)['sid']);
      expect(body.user).toMatchObject({ id: client.user.id, profile: { lastName: 'Kumar' } });
    });

    it('is changed with every use, the replaced one giving the same successor for 10 s to the last', async () => {
      const { cookie } = await server.customer();
      const first = await refresh(cookie);
      server.advance(9_000);
      const again = await refresh(cookie);
      expect([again.status, cookieOf(again)]).toEqual([200, cookieOf(first)]);
      expect(cookieOf(first)).not.toBe(cookie);
      server.advance(2_000);
      expect(refusal(await refresh(cookie))).toEqual(DENIED);
      expect(refusal(await refresh(cookieOf(first)))).toEqual(DENIED);
      expect(refusal(await meWith(again.body.accessToken))).toEqual(DENIED);
    });

    it('ends its own family when it is used up, not the owner’s other devices', async () => {
      const [stolen, other] = await Promise.all([signIn(), signIn()]);
      const second = await refresh(stolen.cookie);
      await refresh(cookieOf(second));
      expect(refusal(await refresh(stolen.cookie))).toEqual(DENIED);
      expect((await refresh(other.cookie)).status).toBe(200);
      expect((await other.get('/auth/me')).status).toBe(200);
    });

    it('is worth nothing after the time that a session has, which each use begins anew', async () => {
      const { cookie } = await server.customer();
      server.advance(3_000_000);
      const second = await refresh(cookie);
      expect(second.status).toBe(200);
      server.advance(3_000_000);
      const third = await refresh(cookieOf(second));
      expect(third.status).toBe(200);
      server.advance(3_601_000);
      expect(refusal(await refresh(cookieOf(third)))).toEqual(DENIED);
    });

    it('cannot be guessed from another one', async () => {
      const { cookie } = await server.customer();
      const [session, generation, mac] = cookie!.split('=')[1]!.split('.');
      for (const forged of [
        `${session}.${Number(generation) + 1}.${mac}`,
        `${(await server.customer()).cookie!.split('=')[1]!.split('.')[0]}.${generation}.${mac}`,
        `${session}.${generation}.${mac!.startsWith('A') ? 'B' : 'A'}${mac!.slice(1)}`,
        // written otherwise: the last letter’s two lowest bits say nothing, nor does a leading zero
        `${session}.${generation}.${mac!.slice(0, -1)}${nextLetter(mac!.at(-1)!)}`,
        `${session}.0${generation}.${mac}`,
      ])
        expect(refusal(await refresh(`qc_refresh=${forged}`))).toEqual(DENIED);
      // and a forged one ends nothing
      expect((await refresh(cookie)).status).toBe(200);
    });

    it('is not what an access token is', async () => {
      const { token } = await server.customer();
      expect(refusal(await refresh(`qc_refresh=${token}`))).toEqual(DENIED);
    });
  });

  describe('signing out', () => {
    it('ends cookie and token at once, and takes the cookie back', async () => {
      const client = await signIn();
      const { status, headers } = await client.post('/auth/logout', undefined, { Cookie: client.cookie! });
      expect(status).toBe(204);
      expect(headers.getSetCookie()[0]).toMatch(/^qc_refresh=;.*Path=\/api\/auth.*Expires=Thu, 01 Jan 1970/);
      expect(refusal(await client.get('/auth/me'))).toEqual(DENIED);
      expect(refusal(await refresh(client.cookie))).toEqual(DENIED);
    });

    it.each([undefined, 'qc_refresh=nonsense'])('is no fault with the cookie %p', async (cookie) => {
      expect((await server.anonymous().post('/auth/logout', {}, cookie ? { Cookie: cookie } : {})).status).toBe(204);
    });

    it('everywhere ends every session of the account and of no other', async () => {
      const [here, there, demo] = await Promise.all([
        server.anonymous().signIn('partner2@demo.test', DEMO.password),
        server.anonymous().signIn('partner2@demo.test', DEMO.password),
        signIn(),
      ]);
      expect((await here.post('/auth/logout-all', undefined, { Cookie: here.cookie! })).status).toBe(204);
      for (const ended of [here, there]) {
        expect(refusal(await ended.get('/auth/me'))).toEqual(DENIED);
        expect(refusal(await refresh(ended.cookie))).toEqual(DENIED);
      }
      expect((await demo.get('/auth/me')).status).toBe(200);
    });

    it('everywhere needs to know whose sessions', async () => {
      expect(refusal(await server.anonymous().post('/auth/logout-all'))).toEqual(DENIED);
    });
  });

  describe('a password', () => {
    const CHANGE = { currentPassword: 'correct horse', newPassword: 'battery staple' };

    it('once changed opens the account, and the old one does not', async () => {
      const client = await server.customer();
      const there = await server.anonymous().signIn(client.user.email, CHANGE.currentPassword);
      expect((await client.put<{ user: User }>('/auth/password', CHANGE)).body.user).toEqual(client.user);
      expect((await client.get('/auth/me')).status).toBe(200);
      expect((await refresh(client.cookie)).status).toBe(200);
      expect(refusal(await refresh(there.cookie))).toEqual(DENIED);
      const tries = await Promise.all(
        [CHANGE.currentPassword, CHANGE.newPassword].map((password) =>
          server.anonymous().post('/auth/login', { email: client.user.email, password }),
        ),
      );
      expect(tries.map(({ status }) => status)).toEqual([401, 200]);
    });

    it('cannot be changed by who does not know it; nobody is signed out by the try', async () => {
      const client = await server.customer();
      const there = await server.anonymous().signIn(client.user.email, CHANGE.currentPassword);
      const wrong = await client.put('/auth/password', { ...CHANGE, currentPassword: 'a guess' });
      expect(refusal(wrong)).toEqual([401, 'INVALID_CREDENTIALS']);
      for (const one of [client, there]) expect((await one.get('/auth/me')).status).toBe(200);
    });

    it.each([
      ['7 bytes', 'x'.repeat(7), 400],
      ['8 bytes', 'x'.repeat(8), 200],
      ['72 bytes', 'x'.repeat(72), 200],
      ['73 bytes', 'x'.repeat(73), 400],
      ['36 letters of two bytes', 'ü'.repeat(36), 200],
      ['37 letters of two bytes', 'ü'.repeat(37), 400],
      ['18 pictures of four bytes', '🥭'.repeat(18), 200],
      ['19 pictures of four bytes', '🥭'.repeat(19), 400],
    ])('of %s is counted as bcrypt counts it', async (_what, newPassword, status) => {
      const client = await server.customer();
      expect((await client.put('/auth/password', { ...CHANGE, newPassword })).status).toBe(status);
      if (status === 200) await server.anonymous().signIn(client.user.email, newPassword);
    });

    it('is not cut where bcrypt would cut it: the last of 72 bytes counts', async () => {
      const client = await server.customer();
      await client.put('/auth/password', { ...CHANGE, newPassword: `${'x'.repeat(71)}a` });
      const other = { email: client.user.email, password: `${'x'.repeat(71)}b` };
      expect(refusal(await server.anonymous().post('/auth/login', other))).toEqual([401, 'INVALID_CREDENTIALS']);
    });

    it('is kept as a hash and answered nowhere', async () => {
      const client = await server.customer();
      const stored = await server.database.collections['users']!.findOne({ email: client.user.email });
      expect(JSON.stringify(stored)).not.toContain(CHANGE.currentPassword);
      expect(stored!['passwordHash']).toMatch(/^\$2b\$/);
    });
  });
});

describe('who may have an account', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ ADMIN_EMAIL: 'Owner@Shop.example', ADMIN_PASSWORD: 'from the environment' });
  });
  afterAll(() => server.stop());

  const account = (change: object = {}): Register => ({
    email: 'nina@test.example',
    password: 'correct horse',
    role: 'customer',
    profile: { firstName: 'Nina' },
    ...change,
  });
  const users = (): Promise<number> => server.database.collections['users']!.countDocuments();

  it('is an admin from the environment', async () => {
    const owner = await server.anonymous().signIn('owner@shop.example', 'from the environment');
    expect(owner.user.role).toBe('admin');
    expect((await owner.get('/admin/live-stats')).status).toBe(200);
  });

  it('is a partner with a vehicle, offline at first', async () => {
    const { body, status } = await server
      .anonymous()
      .post<Session>('/auth/register', account({ role: 'partner', vehicle: { type: 'car', plate: ' KA 01 ' } }));
    expect([status, body.user]).toEqual([
      201,
      {
        id: body.user.id,
        email: 'nina@test.example',
        role: 'partner',
        profile: { firstName: 'Nina' },
        active: true,
        vehicle: { type: 'car', plate: 'KA 01' },
        availability: { available: false, activeDeliveries: 0 },
      },
    ]);
  });

  it('is one of those who ask for the same e-mail at once', async () => {
    const emails = ['Ten@test.example', ' ten@test.example', 'TEN@TEST.EXAMPLE ', 'ten@test.example'];
    const before = await users();
    const answers = await Promise.all(
      emails.map((email) => server.anonymous().post('/auth/register', account({ email }))),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
    expect(await users()).toBe(before + 1);
  });

  it.each<[string, object, string]>([
    ['an admin', { role: 'admin' }, 'role'],
    ['the product itself', { role: 'system' }, 'role'],
    ['several roles', { role: ['customer', 'admin'] }, 'role'],
    ['no role', { role: undefined }, 'role'],
    ['no e-mail', { email: undefined }, 'email'],
    ['an e-mail that is none', { email: 'nina' }, 'email'],
    ['an operator for an e-mail', { email: { $gt: '' } }, 'email'],
    ['a list of e-mails', { email: ['a@test.example'] }, 'email'],
    ['an e-mail without end', { email: `${'x'.repeat(250)}@test.example` }, 'email'],
    ['no password', { password: undefined }, 'password'],
    ['an operator for a password', { password: { $gt: '' } }, 'password'],
    ['a number for a password', { password: 1234567890 }, 'password'],
    ['no profile', { profile: undefined }, 'profile'],
    ['a list for a profile', { profile: [] }, 'profile'],
    ['a list of profiles', { profile: [{ firstName: 'Nina' }] }, 'profile'],
    ['a text for a profile', { profile: 'Nina' }, 'profile'],
    ['a name of spaces', { profile: { firstName: '   ' } }, 'profile.firstName'],
    ['a phone that is none', { profile: { firstName: 'Nina', phone: 'call me' } }, 'profile.phone'],
    ['a profile with more in it', { profile: { firstName: 'Nina', role: 'admin' } }, 'profile.role'],
    ['a vehicle that nobody drives', { role: 'partner', vehicle: { type: 'rocket' } }, 'vehicle.type'],
    ['a list of vehicles', { role: 'partner', vehicle: [{ type: 'car' }] }, 'vehicle'],
    ['a state of one’s own', { active: true }, 'active'],
    ['nothing for a profile', { profile: null }, 'profile'],
  ])('is not %s', async (_what, change, path) => {
    const before = await users();
    const { status, body } = await server
      .anonymous()
      .post('/auth/register', account({ email: 'new@test.example', ...change }));
    expect([status, body.code, body.errors?.map((error) => error.path)]).toEqual([
      400,
      'VALIDATION_FAILED',
      expect.arrayContaining([path]),
    ]);
    expect(await users()).toBe(before);
  });

  it.each([{ role: 'admin' }, { active: false }, { email: 'x@test.example' }, { firstName: null }, { vehicle: [] }])(
    'cannot change the own account by %j',
    async (change) => {
      const client = await server.partner({ available: false });
      expect(refusal(await client.put('/auth/profile', change))).toEqual([400, 'VALIDATION_FAILED']);
      expect((await client.get<{ user: User }>('/auth/me')).body.user).toEqual(client.user);
    },
  );

  it('is nobody who was deactivated: token, cookie and password end at once, and come back', async () => {
    const admin = await server.admin();
    const partner = await server.partner();
    const login = { email: partner.user.email, password: 'correct horse' };
    const active = (value: boolean): Promise<Answer<unknown>> =>
      admin.put(`/admin/users/${partner.user.id}/active`, { active: value });
    expect((await active(false)).status).toBe(200);
    expect(refusal(await partner.get('/auth/me'))).toEqual(DENIED);
    expect(refusal(await partner.post('/auth/refresh', undefined, { Cookie: partner.cookie! }))).toEqual(DENIED);
    const refused = await server.anonymous().post('/auth/login', login);
    const wrong = await server.anonymous().post('/auth/login', { ...login, password: 'a wrong one' });
    expect(refusal(refused)).toEqual([401, 'INVALID_CREDENTIALS']);
    expect({ ...refused.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
    expect(refused.headers.getSetCookie()).toEqual([]);
    await active(true);
    expect((await server.anonymous().post('/auth/login', login)).status).toBe(200);
    expect(refusal(await partner.get('/auth/me'))).toEqual(DENIED);
  });
});

describe('guessing', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_SIGN_IN: '1000' });
  });
  afterAll(() => server.stop());

  const login = (email: string, password: string): Promise<Answer<ProblemBody>> =>
    server.anonymous().post('/auth/login', { email, password });
  async function guess(email: string, times: number): Promise<Answer<ProblemBody>> {
    let last!: Answer<ProblemBody>;
    for (let tries = 0; tries < times; tries += 1) last = await login(email, 'a guess');
    return last;
  }

  it('stops even the right password until the wait is over, and then lets it in', async () => {
    const { user } = await server.customer();
    const last = await guess(user.email, 7);
    expect(refusal(last)).toEqual([429, 'RATE_LIMITED']);
    expect(refusal(await login(user.email, 'correct horse'))).toEqual([429, 'RATE_LIMITED']);
    server.advance(Number(last.headers.get('retry-after')) * 1000);
    expect((await login(user.email, 'correct horse')).status).toBe(200);
    // and all is forgotten
    expect(refusal(await guess(user.email, 4))).toEqual([401, 'INVALID_CREDENTIALS']);
  });

  it('waits longer with each failure, a minute at the most', async () => {
    const email = 'slowed@test.example';
    const waits: number[] = [];
    await guess(email, 5);
    for (let tries = 0; tries < 9; tries += 1) {
      const wait = Number((await login(email, 'a guess')).headers.get('retry-after'));
      waits.push(wait);
      server.advance(wait * 1000);
      await login(email, 'a guess');
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('is slowed for an account that there is not, just the same, and for no other account', async () => {
    expect(refusal(await guess('nobody@test.example', 6))).toEqual([429, 'RATE_LIMITED']);
    expect((await login(DEMO.email, DEMO.password)).status).toBe(200);
  });

  it('is not made cheaper by writing the e-mail another way', async () => {
    await guess('letters@test.example', 5);
    expect(refusal(await login(' LETTERS@test.example ', 'a guess'))).toEqual([429, 'RATE_LIMITED']);
  });

  it('is slowed for who has a token and guesses the password to change it', async () => {
    const client = await server.customer();
    const change = { currentPassword: 'a guess', newPassword: 'battery staple' };
    for (let tries = 0; tries < 5; tries += 1) await client.put('/auth/password', change);
    expect(refusal(await client.put('/auth/password', change))).toEqual([429, 'RATE_LIMITED']);
  });
});

/** Of base64url. */
function nextLetter(letter: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(letter) + 1]!;
}
