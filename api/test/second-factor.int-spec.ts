import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemBody, RecoveryCodes, SecondFactorSetup, Session, StaffPage, UserAnswer } from '@qc/contracts';
import { Types } from 'mongoose';
import { generateSync } from 'otplib';
import { AccountsService } from '../src/auth/accounts.service';
import { withServerBeside } from './support/beside';
import type { Answer, Client } from './support/client';
import { MailServer } from './support/mail-server';
import { refusal } from './support/steps';
import { TestServer } from './support/test-server';

const PASSWORD = 'correct horse';
const WRONG = [401, 'SECOND_FACTOR_WRONG'];
const REQUIRED = [401, 'SECOND_FACTOR_REQUIRED'];
const SETUP = [403, 'SECOND_FACTOR_SETUP_REQUIRED'];
const STEP = 30_000;

describe('an admin’s second factor', () => {
  let mails: MailServer;
  let server: TestServer;
  let ahead = 0;
  let count = 0;
  beforeAll(async () => {
    mails = await MailServer.start();
    server = await TestServer.start(mails.env);
  });
  afterAll(async () => {
    await server.stop();
    await mails.stop();
  });

  const advance = (by: number): void => {
    ahead += by;
    server.advance(by);
  };
  /** What the app shows, so many steps from now. */
  const codeOf = (secret: string, steps = 0): string =>
    generateSync({ secret, epoch: Math.floor((Date.now() + ahead + steps * STEP) / 1000) });
  const login = (email: string, code?: string, password = PASSWORD): Promise<Answer<Session & ProblemBody>> =>
    server.anonymous().post('/auth/login', { email, password, ...(code !== undefined && { code }) });

  const newAdmin = async (): Promise<Client> => {
    const email = `boss.${(count += 1)}@test.example`;
    await server.app
      .get(AccountsService)
      .create({ email, password: PASSWORD, role: 'admin', profile: { firstName: 'Dev' } });
    return server.anonymous().signIn(email, PASSWORD);
  };
  const setUp = async (admin: Client): Promise<SecondFactorSetup> =>
    (await admin.post<SecondFactorSetup>('/auth/second-factor', { password: PASSWORD })).body;
  const confirm = (admin: Client, code: string) => admin.put<RecoveryCodes>('/auth/second-factor', { code });
  /** One whose app is set up, its code of now used up. */
  const guarded = async (): Promise<{ admin: Client; email: string; secret: string; codes: string[] }> => {
    const admin = await newAdmin();
    const { secret } = await setUp(admin);
    const { body } = await confirm(admin, codeOf(secret));
    advance(STEP);
    return { admin, email: admin.user.email, secret, codes: body.codes };
  };
  const auditOf = async (id: string): Promise<string[]> => {
    const lines = server.database.collection<{ action: string }>('audit').find({ 'target.id': new Types.ObjectId(id) });
    return (await lines.toArray()).map(({ action }) => action);
  };

  describe('set up', () => {
    it('begins with the password and is asked for at sign-in once a code has confirmed it', async () => {
      const admin = await newAdmin();
      const { email, id } = admin.user;
      const begun = await admin.post<SecondFactorSetup>('/auth/second-factor', { password: PASSWORD });
      expect([begun.status, begun.headers.get('cache-control')]).toEqual([200, 'no-store']);
      const { secret, uri } = begun.body;
      expect(uri).toBe(
        `otpauth://totp/QuickCommerce:${encodeURIComponent(email)}?secret=${secret}&issuer=QuickCommerce`,
      );
      expect((await login(email)).status).toBe(200);
      const answer = await confirm(admin, codeOf(secret));
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(new Set(answer.body.codes).size).toBe(10);
      for (const code of answer.body.codes) expect(code).toMatch(/^([a-z2-7]{4}-){5}[a-z2-7]{4}$/);
      expect((await admin.get<UserAnswer>('/auth/me')).body.user.secondFactor).toBe(true);
      expect(refusal(await login(email))).toEqual(REQUIRED);
      advance(STEP);
      expect((await login(email, codeOf(secret))).status).toBe(200);
      expect(await auditOf(id)).toContain('second-factor.on');
      await mails.mail(email, /second factor was set up/);
    });

    it('keeps the secret sealed, the recovery codes hashed, and shows neither again', async () => {
      const { admin, secret, codes } = await guarded();
      const [stored] = await server.database
        .collection('secondFactors')
        .find({ _id: new Types.ObjectId(admin.user.id) })
        .toArray();
      const written = `${JSON.stringify(stored)} ${Buffer.from(JSON.stringify(stored)).toString('latin1')}`;
      for (const known of [secret, ...codes, ...codes.map((code) => code.replaceAll('-', ''))]) {
        expect(written).not.toContain(known);
      }
      expect(stored!['secret']).toMatchObject({ kid: 'test' });
      const shown = await admin.get('/auth/me');
      expect(JSON.stringify(shown.body)).not.toMatch(/recovery|hash|box/i);
    });

    it('needs the right password, and the right code of the secret shown last', async () => {
      const admin = await newAdmin();
      const wrong = await admin.post('/auth/second-factor', { password: 'not this one' });
      expect(refusal(wrong)).toEqual([401, 'INVALID_CREDENTIALS']);
      expect(refusal(await confirm(admin, '123456'))).toEqual(WRONG);
      const first = await setUp(admin);
      const second = await setUp(admin);
      expect(refusal(await confirm(admin, codeOf(first.secret)))).toEqual(WRONG);
      expect(refusal(await confirm(admin, codeOf(second.secret, 3)))).toEqual(WRONG);
      for (const code of ['12345', '1234567', 'abcdef', 123_456, { $gt: '' }]) {
        expect(refusal(await admin.put('/auth/second-factor', { code }))).toEqual([400, 'VALIDATION_FAILED']);
      }
      expect((await confirm(admin, codeOf(second.secret))).status).toBe(200);
    });

    it('is not replaced by who has a session and the password: it is removed first', async () => {
      const { admin, secret, email } = await guarded();
      const again = await admin.post('/auth/second-factor', { password: PASSWORD });
      expect(refusal(again)).toEqual([409, 'SECOND_FACTOR_ACTIVE']);
      expect(refusal(await confirm(admin, codeOf(secret)))).toEqual([409, 'SECOND_FACTOR_ACTIVE']);
      expect((await login(email, codeOf(secret))).status).toBe(200);
    });

    it('takes effect once, of ten confirmations at once', async () => {
      const admin = await newAdmin();
      const { secret } = await setUp(admin);
      const answers = await Promise.all(Array.from({ length: 10 }, () => confirm(admin, codeOf(secret))));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(9).fill(409)]);
      const [winner] = answers.filter(({ status }) => status === 200);
      expect((await login(admin.user.email, winner!.body.codes[0])).status).toBe(200);
    });

    it('ends the sessions that came without it, but for the one that set it up', async () => {
      const admin = await newAdmin();
      const other = await server.anonymous().signIn(admin.user.email, PASSWORD);
      const { secret } = await setUp(admin);
      await confirm(admin, codeOf(secret));
      expect((await admin.get('/auth/me')).status).toBe(200);
      expect((await other.get('/auth/me')).status).toBe(401);
    });

    it('is for admins', async () => {
      for (const person of [await server.customer(), await server.partner({ available: false })]) {
        expect(refusal(await person.post('/auth/second-factor', { password: PASSWORD }))).toEqual([403, 'FORBIDDEN']);
      }
    });
  });

  describe('a code', () => {
    it('is good once, and so is none that is older', async () => {
      const { email, secret } = await guarded();
      const [before, now] = [codeOf(secret, -1), codeOf(secret)];
      expect((await login(email, now)).status).toBe(200);
      expect(refusal(await login(email, now))).toEqual(WRONG);
      expect(refusal(await login(email, before))).toEqual(WRONG);
      expect((await login(email, codeOf(secret, 1))).status).toBe(200);
    });

    it('that confirmed the setting up signs nobody in', async () => {
      const admin = await newAdmin();
      const { secret } = await setUp(admin);
      const code = codeOf(secret);
      await confirm(admin, code);
      expect(refusal(await login(admin.user.email, code))).toEqual(WRONG);
    });

    it('is good for one of ten who bring it at once', async () => {
      const { email, secret } = await guarded();
      const code = codeOf(secret);
      const answers = await Promise.all(Array.from({ length: 10 }, () => login(email, code)));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(9).fill(401)]);
    });

    it('is good a step early or late, and no further', async () => {
      const { email, secret } = await guarded();
      advance(10 * STEP);
      expect(refusal(await login(email, codeOf(secret, -2)))).toEqual(WRONG);
      expect(refusal(await login(email, codeOf(secret, 2)))).toEqual(WRONG);
      expect((await login(email, codeOf(secret, -1))).status).toBe(200);
      expect((await login(email, codeOf(secret, 1))).status).toBe(200);
    });

    it('is only looked at when the password is right: without it nothing tells that there is a second factor', async () => {
      const { email, secret } = await guarded();
      const code = codeOf(secret);
      expect(refusal(await login(email, code, 'not this one'))).toEqual([401, 'INVALID_CREDENTIALS']);
      expect(refusal(await login(email, undefined, 'not this one'))).toEqual([401, 'INVALID_CREDENTIALS']);
      expect((await login(email, code)).status).toBe(200);
    });

    it('of somebody else is none', async () => {
      const [mine, other] = [await guarded(), await guarded()];
      advance(STEP);
      expect(refusal(await login(mine.email, codeOf(other.secret)))).toEqual(WRONG);
      expect(refusal(await login(mine.email, other.codes[0]))).toEqual(WRONG);
    });

    it('that is wrong counts as a failed sign-in, and the right password alone forgives nothing', async () => {
      const { email, secret, admin } = await guarded();
      await withServerBeside(
        server,
        async (strict) => {
          const guess = (code?: string) =>
            strict.anonymous().post('/auth/login', { email, password: PASSWORD, ...(code && { code }) });
          const statuses = [];
          for (let tries = 0; tries < 7; tries += 1) {
            statuses.push((await guess('000000')).status);
            if (statuses.at(-1) === 401) await guess();
          }
          expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
          expect(refusal(await guess(codeOf(secret)))).toEqual([429, 'RATE_LIMITED']);
        },
        { RATE_LIMIT_ENABLED: 'true' },
      );
      expect(await auditOf(admin.user.id)).toContain('second-factor.failed');
    });

    it('is not asked of those who have none', async () => {
      const { user } = await newAdmin();
      expect((await login(user.email, '123456')).status).toBe(200);
    });
  });

  describe('a recovery code', () => {
    it('signs in once each, however it is written', async () => {
      const { admin, email, codes } = await guarded();
      expect((await login(email, codes[0])).status).toBe(200);
      expect(refusal(await login(email, codes[0]))).toEqual(WRONG);
      expect((await login(email, ` ${codes[1]!.toUpperCase().replaceAll('-', ' ')}`)).status).toBe(200);
      expect((await login(email, codes[2]!.replaceAll('-', ''))).status).toBe(200);
      expect(refusal(await login(email, codes[3]!.slice(0, -1)))).toEqual(WRONG);
      expect(await auditOf(admin.user.id)).toContain('second-factor.recovery-code-used');
    });

    it('is good for one of ten who bring it at once', async () => {
      const { email, codes } = await guarded();
      const answers = await Promise.all(Array.from({ length: 10 }, () => login(email, codes[4])));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(9).fill(401)]);
    });
  });

  describe('removed', () => {
    const remove = (admin: Client, code: string, password = PASSWORD) =>
      admin.post('/auth/second-factor/removal', { password, code });

    it('by password and code together, and by neither alone', async () => {
      const { admin, email, secret, codes } = await guarded();
      expect(refusal(await remove(admin, codeOf(secret), 'not this one'))).toEqual([401, 'INVALID_CREDENTIALS']);
      expect(refusal(await remove(admin, '000000'))).toEqual(WRONG);
      expect((await remove(admin, codeOf(secret))).status).toBe(204);
      expect((await login(email)).status).toBe(200);
      expect((await admin.get<UserAnswer>('/auth/me')).body.user).not.toHaveProperty('secondFactor');
      await mails.mail(email, /second factor was removed/);
      expect(await auditOf(admin.user.id)).toContain('second-factor.off');
      // nothing of the first one opens the next one
      const next = await setUp(admin);
      await confirm(admin, codeOf(next.secret));
      advance(STEP);
      expect(refusal(await login(email, codeOf(secret)))).toEqual(WRONG);
      expect(refusal(await login(email, codes[0]))).toEqual(WRONG);
    });

    it('by a recovery code, when the phone is gone', async () => {
      const { admin, codes } = await guarded();
      expect((await remove(admin, codes[0]!)).status).toBe(204);
    });

    it('not where there is none', async () => {
      expect(refusal(await remove(await newAdmin(), '123456'))).toEqual(WRONG);
    });

    it('not by a new password', async () => {
      const { email, secret } = await guarded();
      await server.anonymous().post('/auth/password/forgot', { email });
      const token = await mails.token(email, /^Choose a new password/);
      const reset = await server.anonymous().post('/auth/password/reset', { token, password: 'a fresh password' });
      expect(reset.status).toBe(204);
      expect(refusal(await login(email, undefined, 'a fresh password'))).toEqual(REQUIRED);
      expect((await login(email, codeOf(secret), 'a fresh password')).status).toBe(200);
    });
  });

  describe('asked for by the settings', () => {
    let boss: Client;
    beforeAll(async () => {
      boss = await newAdmin();
    });
    const setting = (adminSecondFactor: boolean) => boss.put('/admin/security', { adminSecondFactor });

    it('keeps an admin without one to the own account, by REST and by socket, until it is set up', async () => {
      const admin = await newAdmin();
      await setting(true);
      try {
        const fresh = await server.anonymous().signIn(admin.user.email, PASSWORD);
        const refreshed = await refresh(admin);
        for (const restricted of [fresh, refreshed]) {
          expect(refusal(await restricted.get('/admin/live-stats'))).toEqual(SETUP);
          expect(refusal(await restricted.get('/orders'))).toEqual(SETUP);
          expect(refusal(await restricted.put('/admin/security', { adminSecondFactor: false }))).toEqual(SETUP);
          expect((await restricted.get('/auth/me')).status).toBe(200);
          expect((await restricted.get('/products')).status).toBe(200);
          await expect(restricted.connect()).rejects.toMatchObject({ data: { code: 'SECOND_FACTOR_SETUP_REQUIRED' } });
        }
        const { secret } = await setUp(fresh);
        expect((await confirm(fresh, codeOf(secret))).status).toBe(200);
        const full = await refresh(fresh);
        expect((await full.get('/admin/live-stats')).status).toBe(200);
        (await full.connect()).disconnect();
      } finally {
        await setting(false);
      }
    });

    it('holds no customer and no partner up', async () => {
      await setting(true);
      try {
        expect((await (await server.customer()).get('/orders')).status).toBe(200);
        expect((await (await server.partner()).get('/delivery/stats')).status).toBe(200);
      } finally {
        await setting(false);
      }
    });

    it('does not count a living connection out that is renewed with a token of before', async () => {
      const admin = await newAdmin();
      const socket = await admin.connect();
      await setting(true);
      try {
        const { token } = await refresh(admin);
        const answer = (await socket.timeout(5000).emitWithAck('authenticate', { token: token! })) as object;
        expect(answer).toMatchObject({ ok: false, code: 'SECOND_FACTOR_SETUP_REQUIRED' });
      } finally {
        await setting(false);
        admin.disconnect();
      }
    });

    async function refresh(client: Client): Promise<Client> {
      const answer = await server.anonymous().post<Session>('/auth/refresh', undefined, { Cookie: client.cookie! });
      const next = server.anonymous();
      next.token = answer.body.accessToken;
      next.cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
      next.user = answer.body.user;
      return next;
    }
  });

  it('shows in the list of the staff', async () => {
    const { admin, email } = await guarded();
    const plain = await newAdmin();
    const seen: StaffPage['items'] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Answer<StaffPage> = await plain.get(`/admin/staff?limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.body.items);
      cursor = page.body.nextCursor;
    }
    expect(seen[0]).toEqual({
      id: plain.user.id,
      email: plain.user.email,
      firstName: 'Dev',
      active: true,
      secondFactor: false,
    });
    expect(seen.find(({ id }) => id === admin.user.id)).toMatchObject({ email, secondFactor: true });
    expect(seen.at(-1)).toMatchObject({ email: 'admin@demo.test' });
    expect(new Set(seen.map(({ id }) => id)).size).toBe(
      await server.database.collection('users').countDocuments({ role: 'admin' }),
    );
    for (const person of [await server.customer(), await server.partner({ available: false })]) {
      expect(refusal(await person.get('/admin/staff'))).toEqual([403, 'FORBIDDEN']);
    }
  });
});
