import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Invitation, InvitationPage, Session } from '@qc/contracts';
import { Types } from 'mongoose';
import type { Answer, Client } from './support/client';
import { MailServer } from './support/mail-server';
import { refusal } from './support/steps';
import { TestServer } from './support/test-server';

const DAY = 24 * 3_600_000;
const GONE = [410, 'LINK_INVALID'];
const INVITED = /invited/;
const UNKNOWN = new Types.ObjectId().toHexString();

describe('an invitation', () => {
  let mails: MailServer;
  let server: TestServer;
  let admin: Client;
  let count = 0;
  beforeAll(async () => {
    mails = await MailServer.start();
    server = await TestServer.start(mails.env);
    admin = await server.admin();
  });
  afterAll(async () => {
    await server.stop();
    await mails.stop();
  });

  const newAddress = (): string => `staff.${(count += 1)}@test.example`;
  const invite = (email: string) => admin.post<Invitation>('/admin/invitations', { email });
  const accept = (token: string, fields: object = {}): Promise<Answer<Session>> =>
    server.anonymous().post('/auth/invitations/accept', {
      token,
      password: 'correct horse',
      profile: { firstName: 'Nila' },
      ...fields,
    });
  const invited = async (email = newAddress()): Promise<{ email: string; token: string; id: string }> => {
    const { body } = await invite(email);
    return { email, id: body.id, token: await mails.token(email, INVITED) };
  };
  const actionsOn = async (id: string): Promise<[string, string][]> => {
    const audit = server.database.collection<{ action: string; by: { id: Types.ObjectId } }>('audit');
    const lines = await audit
      .find({ 'target.id': new Types.ObjectId(id) })
      .sort({ _id: 1 })
      .toArray();
    return lines.map(({ action, by }) => [action, by.id.toHexString()]);
  };

  it('makes an admin of whoever brings its link: signed in, the address confirmed', async () => {
    const email = newAddress();
    const made = await invite(` ${email.toUpperCase()} `);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ email, invitedBy: admin.user.id });
    expect(Date.parse(made.body.expiresAt) - Date.parse(made.body.createdAt)).toBe(7 * DAY);
    expect(JSON.stringify(made.body)).not.toMatch(/hash|token/);
    const answer = await accept(await mails.token(email, INVITED));
    expect(answer.status).toBe(201);
    expect(answer.body.user).toMatchObject({ email, role: 'admin', active: true, emailVerifiedAt: expect.any(String) });
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^qc_refresh=.*HttpOnly/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const fresh = server.anonymous();
    fresh.token = answer.body.accessToken;
    expect((await fresh.get('/admin/live-stats')).status).toBe(200);
    await server.anonymous().signIn(email, 'correct horse');
    expect(await actionsOn(made.body.id)).toEqual([
      ['invitation.created', admin.user.id],
      ['invitation.accepted', answer.body.user.id],
    ]);
    // no confirmation is asked of who has just followed a link
    expect(mails.to(email)).toHaveLength(1);
  });

  it('is taken up once, its address then forgotten', async () => {
    const { email, token } = await invited();
    expect((await accept(token)).status).toBe(201);
    expect(refusal(await accept(token))).toEqual(GONE);
    expect(await server.database.collection('invitations').countDocuments({ email })).toBe(0);
  });

  it('is taken up by one of ten who bring its link at once', async () => {
    const { email, token } = await invited();
    const answers = await Promise.all(Array.from({ length: 10 }, () => accept(token)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array<number>(9).fill(410)]);
    expect(await server.database.collection('users').countDocuments({ email })).toBe(1);
  });

  it('is good for seven days', async () => {
    const [early, late] = [await invited(), await invited()];
    server.advance(7 * DAY - 60_000);
    expect((await accept(early.token)).status).toBe(201);
    server.advance(61_000);
    expect(refusal(await accept(late.token))).toEqual(GONE);
    expect(refusal(await admin.delete(`/admin/invitations/${late.id}`))).toEqual([404, 'INVITATION_NOT_FOUND']);
  });

  it('to the same address again takes the place of the first: one link, one entry', async () => {
    const first = await invited();
    expect((await invite(first.email)).body.id).toBe(first.id);
    const second = await mails.token(first.email, INVITED, 2);
    expect(refusal(await accept(first.token))).toEqual(GONE);
    expect((await accept(second)).status).toBe(201);
  });

  it('is taken back, and its link opens nothing', async () => {
    const { id, token } = await invited();
    expect((await admin.delete(`/admin/invitations/${id}`)).status).toBe(204);
    expect(refusal(await accept(token))).toEqual(GONE);
    for (const gone of [id, UNKNOWN]) {
      expect(refusal(await admin.delete(`/admin/invitations/${gone}`))).toEqual([404, 'INVITATION_NOT_FOUND']);
    }
    expect((await actionsOn(id)).at(-1)).toEqual(['invitation.taken-back', admin.user.id]);
  });

  it('is not for an address that has an account, whoever’s it is', async () => {
    const { user } = await server.customer();
    for (const email of [user.email, user.email.toUpperCase(), admin.user.email]) {
      expect(refusal(await invite(email))).toEqual([409, 'EMAIL_TAKEN']);
    }
  });

  it('gives no account a second owner: who registered meanwhile stays a customer, and the link stays good', async () => {
    const { email, token } = await invited();
    const account = { email, password: 'mine alone', role: 'customer' as const, profile: { firstName: 'Nila' } };
    await server.anonymous().register(account);
    expect(refusal(await accept(token))).toEqual([409, 'EMAIL_TAKEN']);
    expect((await server.anonymous().signIn(email, 'mine alone')).user.role).toBe('customer');
    expect(await server.database.collection('invitations').countDocuments({ email })).toBe(1);
  });

  it.each([
    ['a role', { role: 'admin' }],
    ['another address', { email: 'another@test.example' }],
    ['a short password', { password: 'short' }],
    ['no name', { profile: {} }],
    ['a link that is no text', { token: { $gt: '' } }],
  ])('is not taken up with %s', async (_what, fields) => {
    const { token } = await invited();
    expect(refusal(await accept(token, fields))).toEqual([400, 'VALIDATION_FAILED']);
    expect((await accept(token)).status).toBe(201);
  });

  it('is listed with those that are open, newest first, page by page', async () => {
    const made = [await invited(), await invited(), await invited()];
    const first = await admin.get<InvitationPage>('/admin/invitations?limit=2');
    expect(first.body.items.map(({ id }) => id)).toEqual([made[2]!.id, made[1]!.id]);
    const second = await admin.get<InvitationPage>(`/admin/invitations?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body.items[0]!.id).toBe(made[0]!.id);
    expect(refusal(await admin.get('/admin/invitations?cursor=nonsense'))).toEqual([400, 'VALIDATION_FAILED']);
  });
});
