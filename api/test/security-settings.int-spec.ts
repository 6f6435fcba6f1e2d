import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Order, PartnerSummary, PartnerSummaryPage, SecuritySettings, UserAnswer } from '@qc/contracts';
import { Types } from 'mongoose';
import { withServerBeside } from './support/beside';
import type { Answer, Client } from './support/client';
import { ask } from './support/live';
import { MailServer } from './support/mail-server';
import { refusal } from './support/steps';
import { TestServer } from './support/test-server';

const OFF: SecuritySettings = { partnerVerification: false, emailVerification: false, adminSecondFactor: false };
const UNVERIFIED = [403, 'EMAIL_NOT_VERIFIED'];
const UNAPPROVED = [403, 'PARTNER_NOT_VERIFIED'];
const CONFIRM = /^Confirm your e-mail/;

let mails: MailServer;
let server: TestServer;
let admin: Client;
beforeAll(async () => {
  mails = await MailServer.start();
  server = await TestServer.start(mails.env);
  admin = await server.admin();
});
afterAll(async () => {
  await server.stop();
  await mails.stop();
});
beforeEach(() => admin.put('/admin/security', OFF));

const set = (change: Partial<SecuritySettings>) => admin.put<SecuritySettings>('/admin/security', change);
const goOnline = (partner: Client) => partner.put('/delivery/availability', { available: true });
const approve = (partner: Client, approved = true) =>
  admin.put<UserAnswer>(`/admin/delivery-partners/${partner.user.id}/approval`, { approved });
const me = async (who: Client) => (await who.get<UserAnswer>('/auth/me')).body.user;
const linesAbout = async (filter: object): Promise<object[]> =>
  server.database.collection('audit').find(filter).sort({ _id: 1 }).toArray();

describe('the security settings', () => {
  it('are all off to begin with, and change one by one', async () => {
    await server.database.collection('securitySettings').deleteMany({});
    await withServerBeside(server, async (fresh) => {
      const reader = fresh.anonymous();
      reader.token = admin.token!;
      expect((await reader.get<SecuritySettings>('/admin/security')).body).toEqual(OFF);
    });
    expect((await set({ emailVerification: true })).body).toEqual({ ...OFF, emailVerification: true });
    expect((await set({ partnerVerification: true })).body).toEqual({
      ...OFF,
      emailVerification: true,
      partnerVerification: true,
    });
    expect((await set({})).body).toMatchObject({ emailVerification: true });
    expect((await admin.get('/admin/security')).body).toMatchObject({
      emailVerification: true,
      partnerVerification: true,
    });
  });

  it('leave a line in the record of who changed what, and none where nothing changed', async () => {
    await server.database.collection('audit').deleteMany({});
    await set({ emailVerification: true, partnerVerification: false });
    await set({ emailVerification: true });
    expect(await linesAbout({ action: 'settings.security-changed' })).toMatchObject([
      {
        by: { role: 'admin' },
        target: { kind: 'settings' },
        before: { emailVerification: false },
        after: { emailVerification: true },
      },
    ]);
    const [line] = await linesAbout({ action: 'settings.security-changed' });
    expect(line).not.toHaveProperty('after.partnerVerification');
  });

  it('hold in another process within about a second', async () => {
    await withServerBeside(server, async (beside) => {
      const reader = beside.anonymous();
      reader.token = admin.token!;
      const read = async () => (await reader.get<SecuritySettings>('/admin/security')).body.emailVerification;
      expect(await read()).toBe(false);
      await set({ emailVerification: true });
      const since = performance.now();
      while (!(await read())) expect(performance.now() - since).toBeLessThan(3000);
      expect(performance.now() - since).toBeLessThan(3000);
    });
  });

  it.each([{ emailVerification: 'yes' }, { emailVerification: null }, { everything: true }, { _id: 'x' }])(
    'are no %j',
    async (change) => {
      expect(refusal(await admin.put('/admin/security', change))).toEqual([400, 'VALIDATION_FAILED']);
    },
  );

  it('are the admins’', async () => {
    for (const person of [await server.customer(), await server.partner({ available: false })]) {
      expect(refusal(await person.get('/admin/security'))).toEqual([403, 'FORBIDDEN']);
      expect(refusal(await person.put('/admin/security', OFF))).toEqual([403, 'FORBIDDEN']);
    }
  });
});

describe('where confirmed e-mail addresses are asked for', () => {
  const confirm = async ({ user }: Client): Promise<void> => {
    const token = await mails.token(user.email, CONFIRM);
    expect((await server.anonymous().post('/auth/email/verify', { token })).status).toBe(204);
  };

  it('a customer orders once the address is confirmed', async () => {
    const { id: productId } = await server.product();
    const customer = await server.customer();
    const before = await server.readyOrder(customer);
    await set({ emailVerification: true });
    const order = (key: string) => customer.placeOrder([{ productId, quantity: 1 }], {}, { 'Idempotency-Key': key });
    expect(refusal(await order('one'))).toEqual(UNVERIFIED);
    expect(refusal(await customer.post(`/orders/${before.id}/reorder`))).toEqual(UNVERIFIED);
    // everything else goes on
    expect((await customer.get(`/orders/${before.id}`)).status).toBe(200);
    expect((await customer.post('/orders/quote', { items: [{ productId, quantity: 1 }] })).status).toBe(200);
    await confirm(customer);
    expect((await order('one')).status).toBe(201);
    expect((await customer.post(`/orders/${before.id}/reorder`)).status).toBe(201);
  });

  it('a partner goes online and accepts once the address is confirmed, and goes offline at any time', async () => {
    const partner = await server.partner();
    const order = await server.readyOrder();
    await set({ emailVerification: true });
    expect(refusal(await partner.accept(order.id))).toEqual(UNVERIFIED);
    expect(refusal(await partner.post(`/delivery/${order.id}/accept`))).toEqual(UNVERIFIED);
    expect((await partner.put('/delivery/availability', { available: false })).status).toBe(204);
    expect(refusal(await goOnline(partner))).toEqual(UNVERIFIED);
    await confirm(partner);
    expect((await goOnline(partner)).status).toBe(204);
    expect((await partner.accept(order.id)).status).toBe(200);
  });

  it('a way back in by mail confirms it too', async () => {
    const { user } = await server.customer();
    const { id: productId } = await server.product();
    await set({ emailVerification: true });
    await server.anonymous().post('/auth/password/forgot', { email: user.email });
    const token = await mails.token(user.email, /^Choose a new password/);
    await server.anonymous().post('/auth/password/reset', { token, password: 'an altogether new one' });
    const back = await server.anonymous().signIn(user.email, 'an altogether new one');
    expect((await back.placeOrder([{ productId, quantity: 1 }])).status).toBe(201);
  });

  it('an admin works as before', async () => {
    await set({ emailVerification: true });
    expect((await admin.get('/admin/live-stats')).status).toBe(200);
  });
});

describe('where partners wait for approval', () => {
  const assign = (order: Order, partner: Client) =>
    admin.put<Order>(`/admin/orders/${order.id}/assign`, { partnerId: partner.user.id });
  const waiting = async (): Promise<Client> => {
    await set({ partnerVerification: true });
    const partner = await server.partner({ available: false });
    await set({ partnerVerification: false });
    return partner;
  };
  const summaryOf = async (partner: Client): Promise<PartnerSummary> => {
    const page = await admin.get<PartnerSummaryPage>('/admin/delivery-partners?limit=100');
    return page.body.items.find(({ id }) => id === partner.user.id)!;
  };

  it('whoever registers then says so, to the partner and to the admin, until one approves', async () => {
    const partner = await waiting();
    expect(partner.user.awaitsApproval).toBe(true);
    expect(await summaryOf(partner)).toMatchObject({ awaitsApproval: true, available: false });
    const answer = await approve(partner);
    expect(answer.status).toBe(200);
    expect(answer.body.user).toMatchObject({ id: partner.user.id, role: 'partner' });
    expect(answer.body.user).not.toHaveProperty('awaitsApproval');
    expect(await me(partner)).not.toHaveProperty('awaitsApproval');
    expect(await summaryOf(partner)).not.toHaveProperty('awaitsApproval');
    await mails.mail(partner.user.email, /start delivering/);
    expect(await linesAbout({ 'target.id': new Types.ObjectId(partner.user.id) })).toMatchObject([
      { action: 'partner.approved', by: { id: new Types.ObjectId(admin.user.id), role: 'admin' } },
    ]);
  });

  it('there is no first delivery before it, by any way that leads to one', async () => {
    const partner = await waiting();
    const order = await server.readyOrder();
    expect(refusal(await goOnline(partner))).toEqual(UNAPPROVED);
    expect(refusal(await assign(order, partner))).toEqual(UNAPPROVED);
    expect(refusal(await admin.put(`/orders/${order.id}/assign`, { partnerId: partner.user.id }))).toEqual(UNAPPROVED);
    expect((await partner.accept(order.id)).status).toBe(403);
    expect((await partner.post(`/delivery/${order.id}/accept`)).status).toBe(403);
    expect((await partner.post(`/delivery/${order.id}/lock`)).status).toBeGreaterThanOrEqual(400);
    expect((await partner.move(order.id, 'assigned')).status).toBeGreaterThanOrEqual(400);
    // even with a state that no way leads to
    await server.database
      .collection('partners')
      .updateOne({ _id: new Types.ObjectId(partner.user.id) }, { $set: { available: true } });
    expect(refusal(await partner.accept(order.id))).toEqual(UNAPPROVED);
    expect((await admin.get<Order>(`/orders/${order.id}`)).body).toMatchObject({ status: 'ready', partner: null });
    await approve(partner);
    expect((await goOnline(partner)).status).toBe(204);
    expect((await partner.accept(order.id)).status).toBe(200);
  });

  it('it holds for those who registered before it was asked for, and when it is asked for no more', async () => {
    const early = await server.partner({ available: false });
    await set({ partnerVerification: true });
    expect(early.user).not.toHaveProperty('awaitsApproval');
    expect((await goOnline(early)).status).toBe(204);
    const late = await server.partner({ available: false });
    await set({ partnerVerification: false });
    expect(refusal(await goOnline(late))).toEqual(UNAPPROVED);
    expect((await goOnline(await server.partner({ available: false }))).status).toBe(204);
  });

  it('a customer waits for nothing', async () => {
    await set({ partnerVerification: true });
    expect((await server.customer()).user).not.toHaveProperty('awaitsApproval');
    await server.readyOrder();
  });

  it('taken away, the partner is offline at once and gets nothing new, but brings to the door what is under way', async () => {
    const partner = await server.partner();
    const order = await server.assignedOrder(partner);
    const socket = await partner.connect();
    expect((await approve(partner, false)).body.user).toMatchObject({
      awaitsApproval: true,
      availability: { available: false, activeDeliveries: 1 },
    });
    expect(refusal(await goOnline(partner))).toEqual(UNAPPROVED);
    const waitingOrder = await server.readyOrder();
    expect(await ask(socket, 'joinOrder', { orderId: waitingOrder.id })).toMatchObject({
      ok: false,
      code: 'ORDER_NOT_FOUND',
    });
    for (const status of ['picked_up', 'in_transit', 'delivered']) {
      expect((await partner.move(order.id, status)).status).toBe(200);
    }
    expect(refusal(await assign(waitingOrder, partner))).toEqual(UNAPPROVED);
    partner.disconnect();
  });

  it('taken away while the partner holds an order, the order is free again', async () => {
    const partner = await server.partner();
    const order = await server.readyOrder();
    expect((await partner.post(`/delivery/${order.id}/lock`)).status).toBe(200);
    await approve(partner, false);
    const other = await server.partner();
    expect((await other.accept(order.id)).status).toBe(200);
  });

  it('taken away at the moment of an accept, one of the two comes first, and the other sees it', async () => {
    for (let round = 0; round < 8; round += 1) {
      const partner = await server.partner();
      const order = await server.readyOrder();
      const [accepted] = await Promise.all([partner.accept(order.id), approve(partner, false)]);
      const { status } = (await admin.get<Order>(`/orders/${order.id}`)).body;
      expect([accepted.status === 200, status === 'assigned']).toEqual([
        status === 'assigned',
        accepted.status === 200,
      ]);
      expect(await summaryOf(partner)).toMatchObject({
        awaitsApproval: true,
        available: false,
        activeDeliveries: status === 'assigned' ? 1 : 0,
      });
    }
  });

  it('given twice, it is told once', async () => {
    const partner = await waiting();
    expect([(await approve(partner)).status, (await approve(partner)).status]).toEqual([200, 200]);
    await mails.mail(partner.user.email, /start delivering/);
    expect(await linesAbout({ 'target.id': new Types.ObjectId(partner.user.id) })).toHaveLength(1);
    await mails.mail((await server.customer()).user.email, CONFIRM);
    expect(mails.to(partner.user.email, /start delivering/)).toHaveLength(1);
  });

  it('is for partners, by admins', async () => {
    const [customer, partner] = [await server.customer(), await server.partner({ available: false })];
    const about = (id: string, by: Client): Promise<Answer<unknown>> =>
      by.put(`/admin/delivery-partners/${id}/approval`, { approved: true });
    for (const id of [customer.user.id, admin.user.id, new Types.ObjectId().toHexString()]) {
      expect(refusal(await about(id, admin))).toEqual([404, 'PARTNER_NOT_FOUND']);
    }
    expect(refusal(await about('nonsense', admin))).toEqual([400, 'VALIDATION_FAILED']);
    for (const person of [customer, partner]) {
      expect(refusal(await about(partner.user.id, person))).toEqual([403, 'FORBIDDEN']);
    }
  });
});
