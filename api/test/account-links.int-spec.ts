import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UserAnswer } from '@qc/contracts';
import { Types } from 'mongoose';
import { withServerBeside } from './support/beside';
import type { Client } from './support/client';
import { MailServer, tokenOf } from './support/mail-server';
import { refusal } from './support/steps';
import { TestServer } from './support/test-server';

const HOUR = 3_600_000;
const GONE = [410, 'LINK_INVALID'];
const PASSWORD = 'correct horse';
const FRESH = 'an altogether new one';
const CONFIRM = /^Confirm your e-mail/;
const RESET = /^Choose a new password/;
const CHANGED = /password was changed/;

describe('links in mails', () => {
  let mails: MailServer;
  let server: TestServer;
  beforeAll(async () => {
    mails = await MailServer.start();
    server = await TestServer.start(mails.env);
  });
  afterAll(async () => {
    await server.stop();
    await mails.stop();
  });

  const forgot = (email: string, headers = {}) => server.anonymous().post('/auth/password/forgot', { email }, headers);
  const reset = (token: string, password = FRESH) =>
    server.anonymous().post('/auth/password/reset', { token, password });
  const verify = (token: string) => server.anonymous().post('/auth/email/verify', { token });
  const login = (email: string, password: string) => server.anonymous().post('/auth/login', { email, password });
  const me = async (who: Client) => (await who.get<UserAnswer>('/auth/me')).body.user;
  const resetToken = async (email: string, count = 1): Promise<string> => {
    expect((await forgot(email)).status).toBe(204);
    return mails.token(email, RESET, count);
  };
  const auditOf = async (client: Client): Promise<string[]> => {
    const lines = await server.database
      .collection('audit')
      .find({ 'target.id': new Types.ObjectId(client.user.id) })
      .toArray();
    return lines.map(({ action }) => action as string);
  };

  describe('a forgotten password', () => {
    it('is replaced by whoever reads the account’s mail: the old one and every session are over, sockets too', async () => {
      const customer = await server.customer();
      const { email } = customer.user;
      const socket = await customer.connect();
      const token = await resetToken(email);
      const gone = new Promise<void>((resolve) => socket.once('disconnect', () => resolve()));
      const answer = await reset(token);
      expect([answer.status, answer.body]).toEqual([204, undefined]);
      await gone;
      expect((await customer.get('/auth/me')).status).toBe(401);
      expect(refusal(await server.anonymous().post('/auth/refresh', undefined, { Cookie: customer.cookie! }))[0]).toBe(
        401,
      );
      expect(refusal(await login(email, PASSWORD))).toEqual([401, 'INVALID_CREDENTIALS']);
      const back = await server.anonymous().signIn(email, FRESH);
      // the link came by mail
      expect((await me(back)).emailVerifiedAt).toEqual(expect.any(String));
      await mails.mail(email, CHANGED);
      expect(await auditOf(customer)).toEqual(expect.arrayContaining(['password.reset-requested', 'password.reset']));
    });

    it('is replaced once a link', async () => {
      const { user } = await server.customer();
      const token = await resetToken(user.email);
      expect((await reset(token)).status).toBe(204);
      expect(refusal(await reset(token, 'yet another one'))).toEqual(GONE);
      expect((await login(user.email, FRESH)).status).toBe(200);
    });

    it('is replaced by one of ten that bring one link at once', async () => {
      const { user } = await server.customer();
      const token = await resetToken(user.email);
      const tries = Array.from({ length: 10 }, (_, n) => `password number ${n}`);
      const statuses = await Promise.all(tries.map(async (password) => (await reset(token, password)).status));
      expect(statuses.toSorted()).toEqual([204, ...Array<number>(9).fill(410)]);
      const winner = tries[statuses.indexOf(204)]!;
      for (const password of tries) {
        expect((await login(user.email, password)).status).toBe(password === winner ? 200 : 401);
      }
    });

    it('is not replaced by a link that is older than an hour, or of which there is a newer one', async () => {
      const { user } = await server.customer();
      const first = await resetToken(user.email);
      const second = await resetToken(user.email, 2);
      expect(refusal(await reset(first))).toEqual(GONE);
      server.advance(HOUR + 1000);
      expect(refusal(await reset(second))).toEqual(GONE);
      expect((await login(user.email, PASSWORD)).status).toBe(200);
    });

    it('is not replaced by a link of before the password was changed', async () => {
      const customer = await server.customer();
      const token = await resetToken(customer.user.email);
      const change = { currentPassword: PASSWORD, newPassword: 'changed by the owner' };
      expect((await customer.put('/auth/password', change)).status).toBe(200);
      expect(refusal(await reset(token))).toEqual(GONE);
      await mails.mail(customer.user.email, CHANGED);
    });

    it('is not replaced by a link for something else, a guess, or the hash that the database holds', async () => {
      const { user } = await server.customer();
      const confirming = await mails.token(user.email, CONFIRM);
      const token = await resetToken(user.email);
      const hash = createHash('sha256').update(token).digest('base64url');
      expect(await server.database.collection('oneTimeLinks').countDocuments({ hash })).toBe(1);
      for (const wrong of [confirming, hash, '', 'A'.repeat(43), `${token}A`, token.slice(0, -1), ` ${token}`]) {
        expect([wrong, ...refusal(await reset(wrong))]).toEqual([wrong, ...GONE]);
      }
      for (const bad of [undefined, 7, { $gt: '' }, [token]]) {
        const answer = await server.anonymous().post('/auth/password/reset', { token: bad, password: FRESH });
        expect(refusal(answer)).toEqual([400, 'VALIDATION_FAILED']);
      }
      expect(refusal(await verify(token))).toEqual(GONE);
      expect((await reset(token)).status).toBe(204);
    });

    it('is not replaced by one that is too short, and the link stays good', async () => {
      const { user } = await server.customer();
      const token = await resetToken(user.email);
      expect(refusal(await reset(token, 'short'))).toEqual([400, 'VALIDATION_FAILED']);
      expect((await reset(token)).status).toBe(204);
    });

    it('is not replaced on a deactivated account, by a link from before or a new one', async () => {
      const { user } = await server.customer();
      const admin = await server.admin();
      const token = await resetToken(user.email);
      await admin.put(`/admin/users/${user.id}/active`, { active: false });
      expect(refusal(await reset(token))).toEqual(GONE);
      expect((await forgot(user.email)).status).toBe(204);
      // what was asked for later is sent later: by then this one would be there
      await resetToken((await server.customer()).user.email);
      expect(mails.to(user.email, RESET)).toHaveLength(1);
    });

    it('lifts the slowing of the sign-in', async () => {
      const settings = { ...mails.env, RATE_LIMIT_ENABLED: 'true' };
      await withServerBeside(
        server,
        async (strict) => {
          const { user } = await server.customer();
          const guess = (password: string) => strict.anonymous().post('/auth/login', { email: user.email, password });
          for (let tries = 0; tries < 6; tries += 1) await guess('a guess');
          expect((await guess(PASSWORD)).status).toBe(429);
          await strict
            .anonymous()
            .post('/auth/password/reset', { token: await resetToken(user.email), password: FRESH });
          expect((await guess(FRESH)).status).toBe(200);
        },
        settings,
      );
    });
  });

  describe('asking for a link', () => {
    it('is answered the same for an account, none, and a deactivated one', async () => {
      const { user } = await server.customer();
      const answers = [];
      for (const email of [user.email, 'nobody@test.example', `  ${user.email.toUpperCase()} `]) {
        const { status, body, headers } = await forgot(email);
        const constant = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
        answers.push(JSON.stringify([status, body, constant]));
      }
      expect(new Set(answers).size).toBe(1);
    });

    it('does not wait for the account, or for the mail server', async () => {
      const { user } = await server.customer();
      const session = await server.database.startSession();
      // whoever makes a link for this account has to wait for the end of this
      session.startTransaction();
      const purpose = { userId: new Types.ObjectId(user.id), purpose: 'password-reset' };
      await server.database
        .collection('oneTimeLinks')
        .insertOne({ ...purpose, madeAt: [], expiresAt: new Date() }, { session });
      const waits = pause(2500, 'it waits', { ref: false });
      expect(await Promise.race([forgot(user.email).then(({ status }) => status), waits])).toBe(204);
      expect(mails.to(user.email, RESET)).toEqual([]);
      await session.abortTransaction();
      await session.endSession();
      await mails.mail(user.email, RESET);
    });

    it('sends at most three mails an hour to one account', async () => {
      const { user } = await server.customer();
      for (let count = 1; count <= 3; count += 1) await resetToken(user.email, count);
      const last = tokenOf(mails.to(user.email, RESET)[2]!);
      for (let more = 0; more < 5; more += 1) expect((await forgot(user.email)).status).toBe(204);
      await resetToken((await server.customer()).user.email);
      expect(mails.to(user.email, RESET)).toHaveLength(3);
      expect((await reset(last)).status).toBe(204);
      // using one up gives no further ones
      await forgot(user.email);
      await resetToken((await server.customer()).user.email);
      expect(mails.to(user.email, RESET)).toHaveLength(3);
      server.advance(HOUR + 1000);
      await resetToken(user.email, 4);
    });

    it('names the address of the environment, whatever the request says of its host', async () => {
      const { user } = await server.customer();
      const headers = { 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example', Origin: server.url };
      expect((await forgot(user.email, headers)).status).toBe(204);
      const { raw, mail } = await mails.mail(user.email, RESET);
      expect(raw).not.toMatch(/evil|127\.0\.0\.1:|localhost/);
      expect(mail.text).toMatch(/^https:\/\/shop\.test\/reset-password#[\w-]{43}$/m);
      expect(mail.html).toContain('<a href="https://shop.test/reset-password#');
    });

    it.each(['', 'nobody', { $ne: '' }, ['a@test.example', 'b@test.example'], 'a@test.example\r\nBcc: b@test.example'])(
      'for %j is no request',
      async (email) => {
        expect(refusal(await forgot(email as string))).toEqual([400, 'VALIDATION_FAILED']);
      },
    );
  });

  describe('an e-mail address', () => {
    it('is confirmed by the link of the mail at registration, once', async () => {
      const customer = await server.customer();
      expect(await me(customer)).not.toHaveProperty('emailVerifiedAt');
      const token = await mails.token(customer.user.email, CONFIRM);
      const answer = await verify(token);
      expect([answer.status, answer.body]).toEqual([204, undefined]);
      expect((await me(customer)).emailVerifiedAt).toEqual(expect.any(String));
      expect(refusal(await verify(token))).toEqual(GONE);
      expect(await auditOf(customer)).toContain('email.verified');
    });

    it('is confirmed by one of ten that bring one link at once', async () => {
      const { user } = await server.customer();
      const token = await mails.token(user.email, CONFIRM);
      const answers = await Promise.all(Array.from({ length: 10 }, () => verify(token)));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([204, ...Array<number>(9).fill(410)]);
    });

    it('gets a new link when asked for, which takes the place of the old one, until it is confirmed', async () => {
      const customer = await server.customer();
      const { email } = customer.user;
      const first = await mails.token(email, CONFIRM);
      expect((await customer.post('/auth/email/verification')).status).toBe(204);
      const second = await mails.token(email, CONFIRM, 2);
      expect(refusal(await verify(first))).toEqual(GONE);
      expect((await verify(second)).status).toBe(204);
      expect((await customer.post('/auth/email/verification')).status).toBe(204);
      await mails.mail((await server.customer()).user.email, CONFIRM);
      expect(mails.to(email, CONFIRM)).toHaveLength(2);
      expect(refusal(await server.anonymous().post('/auth/email/verification'))).toEqual([401, 'UNAUTHENTICATED']);
    });

    it('gets no more than three links an hour', async () => {
      const customer = await server.customer();
      const ask = () => customer.post('/auth/email/verification');
      expect([(await ask()).status, (await ask()).status]).toEqual([204, 204]);
      const refused = await ask();
      expect(refusal(refused)).toEqual([429, 'RATE_LIMITED']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    });

    it('is not confirmed by a link that is older than a day', async () => {
      const { user } = await server.customer();
      const token = await mails.token(user.email, CONFIRM);
      server.advance(23 * HOUR);
      const other = await mails.token((await server.customer()).user.email, CONFIRM);
      server.advance(HOUR + 1000);
      expect(refusal(await verify(token))).toEqual(GONE);
      expect((await verify(other)).status).toBe(204);
    });
  });
});
