import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, OrderEvent, Page, PersonalData } from '@qc/contracts';
import { Types } from 'mongoose';
import { DEMO_PASSWORD } from '../src/demo/demo-shop';
import { FieldEncryption, isSealed } from '../src/platform/field-encryption';
import { ErasureService } from '../src/privacy/erasure.service';
import { type Client } from './support/client';
import { carry, refusal } from './support/steps';
import { TestServer } from './support/test-server';

const PASSWORD = 'correct horse';
/** Words that occur nowhere else. */
const PERSON = {
  firstName: 'Xanthippe',
  lastName: 'Quillfeather',
  email: 'xanthippe.quill@mail.example',
  phone: '+91 77777 12345',
  street: '17 Zephyr Crescent',
  instructions: 'behind the heliotrope gate',
  note: 'bring it to the gazebo',
  comment: 'the courier whistled Puccini',
  ownReason: 'my aunt Wilhelmina cooks',
  othersReason: 'Mrs Quillfeather did not open',
  adminReason: 'she rang from Timbuktu',
};
const WORDS = Object.values(PERSON);

describe('a person’s data', () => {
  let server: TestServer;
  let admin: Client;
  let accounts = 0;
  beforeAll(async () => {
    server = await TestServer.start();
    admin = await server.admin();
  });
  afterAll(() => server.stop());

  async function person(email = `${(accounts += 1)}.${PERSON.email}`): Promise<Client> {
    const { firstName, lastName, phone } = PERSON;
    return server.anonymous().register({
      email,
      password: PASSWORD,
      role: 'customer',
      profile: { firstName, lastName, phone },
    });
  }

  const order = async (customer: Client, headers?: Record<string, string>): Promise<Order> => {
    const { id } = await server.product();
    const { street, instructions, note } = PERSON;
    const deliveryAddress = { street, instructions, location: { lat: 12.97, lng: 77.59 } };
    const fields = { note, deliveryAddress };
    return (await customer.placeOrder([{ productId: id, quantity: 1 }], fields, headers)).body;
  };

  /** One delivered and rated, one cancelled by each: customer, admin after a partner's failure. */
  async function life(customer: Client): Promise<Order[]> {
    const partner = await server.partner();
    const orders = [await order(customer), await order(customer), await order(customer)];
    const [rated, cancelled, failed] = orders.map(({ id }) => id) as [string, string, string];
    await partner.accept(rated);
    await carry(partner, rated, 'delivered');
    await customer.post(`/orders/${rated}/rating`, { score: 5, comment: PERSON.comment });
    await customer.post(`/orders/${cancelled}/cancel`, { reason: PERSON.ownReason });
    await partner.accept(failed);
    await carry(partner, failed, 'in_transit');
    await partner.move(failed, 'failed', { note: PERSON.othersReason });
    await admin.move(failed, 'cancelled', { note: PERSON.adminReason });
    return orders;
  }

  /** Every word of the person that stands anywhere in the database, sealed or not, with the collection. */
  async function found(words: readonly string[]): Promise<string[]> {
    const fields = server.app.get(FieldEncryption);
    const collections = await server.database.db!.listCollections({}, { nameOnly: true }).toArray();
    const hits: string[] = [];
    for (const { name } of collections.filter((one) => !one.name.startsWith('system.'))) {
      for (const document of await server.database.collection(name).find().toArray()) {
        const text = JSON.stringify(opened(document, name, document._id, fields));
        hits.push(...words.filter((word) => text.includes(word)).map((word) => `${name}: ${word}`));
      }
    }
    return [...new Set(hits)].sort();
  }

  describe('is given to that person', () => {
    it('whole: account, sessions, orders, books, record', async () => {
      const customer = await person();
      const orders = await life(customer);
      await server.anonymous().signIn(customer.user.email, PASSWORD);
      await admin.put(`/admin/users/${customer.user.id}/active`, { active: true });
      const response = await fetch(`${server.url}/api/auth/personal-data`, {
        headers: { Authorization: `Bearer ${customer.token}` },
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-disposition')).toBe('attachment; filename="personal-data.json"');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('content-type')).toMatch('application/json');
      const text = await response.text();
      const data = JSON.parse(text) as PersonalData;
      expect(data.account).toMatchObject({ id: customer.user.id, email: customer.user.email });
      expect(data.sessions.filter(({ current }) => current)).toHaveLength(1);
      expect(data.sessions).toHaveLength(2);
      expect(data.orders.map(({ id }) => id).sort()).toEqual(orders.map(({ id }) => id).sort());
      expect(data.orders.every(({ deliveryAddress }) => deliveryAddress.street === PERSON.street)).toBe(true);
      for (const word of WORDS) expect(text).toContain(word);
      const accounts = new Set(data.ledger.flatMap(({ lines }) => lines.map(({ account }) => account)));
      expect([...accounts]).toEqual([`customer:${customer.user.id}`]);
      // of the admin no more than the role
      expect(data.audit).toContainEqual(expect.objectContaining({ action: 'user.activated', by: { role: 'admin' } }));
      expect(text).not.toContain(admin.user.id.concat('","role":"admin"},"target":{"kind":"user'));
      expect(text).not.toMatch(/passwordHash|\$2b\$/);
    });

    it('and of a partner without the customers', async () => {
      const customer = await person();
      const partner = await server.partner();
      const taken = await order(customer);
      await partner.accept(taken.id);
      await carry(partner, taken.id, 'delivered');
      const { body } = await partner.get<PersonalData>('/auth/personal-data');
      expect(body.work).toMatchObject({ available: true, ratingCount: 0 });
      expect(body.orders.map(({ id }) => id)).toEqual([taken.id]);
      expect(body.ledger.length).toBeGreaterThan(0);
      for (const word of [PERSON.phone, PERSON.instructions, PERSON.lastName])
        expect(JSON.stringify(body)).not.toContain(word);
    });

    it('page after page, in order, with more than fit one', async () => {
      const customer = await person();
      const first = await order(customer);
      await customer.post(`/orders/${first.id}/cancel`);
      const template = (await server.database.collection('orders').findOne({ _id: new Types.ObjectId(first.id) }))!;
      const { deliveryAddress: _sealed, ...plain } = template;
      await server.database.collection('orders').insertMany(
        Array.from({ length: 230 }, (_, n) => ({
          ...plain,
          _id: new Types.ObjectId(),
          number: `QC-${accounts}-${n}`,
          trackingToken: randomUUID(),
          deliveryAddress: { street: `${n} Long Road` },
          placedAt: new Date(Date.now() - n * 1000),
        })),
      );
      const { body } = await customer.get<PersonalData>('/auth/personal-data');
      expect(new Set(body.orders.map(({ id }) => id)).size).toBe(231);
      const placed = body.orders.map(({ placedAt }) => placedAt);
      expect(placed).toEqual(placed.toSorted().toReversed());
    });
  });

  describe('goes', () => {
    it('from every collection, and nothing else goes', async () => {
      const customer = await person(PERSON.email);
      const key = { 'Idempotency-Key': randomUUID() };
      const keyed = await order(customer, key);
      await customer.post(`/orders/${keyed.id}/cancel`, { reason: PERSON.ownReason });
      const orders = await life(customer);
      await server.anonymous().post('/auth/login', { email: PERSON.email, password: 'a wrong one' });
      await server.anonymous().post('/auth/password/forgot', { email: PERSON.email });
      await admin.post('/admin/invitations', { email: 'other@mail.example' });
      const twin = await person();
      const kept = await order(twin);
      await twin.post(`/orders/${kept.id}/cancel`);
      // what is looked for can be found: each word, before
      const before = await found(WORDS);
      for (const word of WORDS) expect([word, before.some((hit) => hit.endsWith(word))]).toEqual([word, true]);
      await eraseTwin(twin);
      const books = await server.database.collection('ledger').find().sort({ _id: 1 }).toArray();
      const money = await totals(orders);

      expect((await customer.post('/auth/erasure', { password: PASSWORD })).status).toBe(204);

      // the persons of the tests before have the same words
      for (const { _id } of await server.database
        .collection('users')
        .find({ 'profile.lastName': PERSON.lastName })
        .toArray())
        await admin.post(`/admin/users/${_id.toHexString()}/erasure`, { password: DEMO_PASSWORD });
      expect(await found(WORDS)).toEqual([]);
      expect(await server.database.collection('ledger').find().sort({ _id: 1 }).toArray()).toEqual(books);
      expect(await totals(orders)).toEqual(money);
      const seen = (await admin.get<Order>(`/orders/${orders[0]!.id}`)).body;
      expect(seen).toMatchObject({
        status: 'delivered',
        customer: { id: customer.user.id, firstName: 'Deleted customer' },
        deliveryAddress: { street: 'Deleted' },
        rating: { score: 5 },
      });
      expect(seen.history.map(({ status }) => status)).toEqual(
        orders[0]!.history.map(({ status }) => status).concat(['assigned', 'picked_up', 'in_transit', 'delivered']),
      );
      const replay = await admin.get<Page<OrderEvent>>(`/orders/${orders[2]!.id}/events`);
      expect(replay.body.items.length).toBeGreaterThan(5);
      for (const word of WORDS) expect(JSON.stringify(replay.body)).not.toContain(word);
    });

    async function eraseTwin(twin: Client): Promise<void> {
      expect(refusal(await twin.post('/auth/erasure', { password: 'not it' }))).toEqual([401, 'INVALID_CREDENTIALS']);
      expect((await twin.get('/auth/me')).status).toBe(200);
      expect((await twin.post('/auth/erasure', { password: PASSWORD })).status).toBe(204);
    }

    const totals = async (orders: Order[]): Promise<number[]> => {
      const ids = orders.map(({ id }) => new Types.ObjectId(id));
      const found = await server.database
        .collection('orders')
        .find({ _id: { $in: ids } })
        .sort({ _id: 1 })
        .toArray();
      return found.flatMap(({ total, tax, items }) => [total as number, tax as number, (items as unknown[]).length]);
    };

    it('with every way back in', async () => {
      const customer = await person();
      const { email } = customer.user;
      const other = await server.anonymous().signIn(email, PASSWORD);
      const socket = await other.connect();
      const gone = new Promise((resolve) => socket.once('disconnect', resolve));
      expect((await customer.post('/auth/erasure', { password: PASSWORD })).status).toBe(204);
      await gone;
      for (const client of [customer, other]) expect((await client.get('/auth/me')).status).toBe(401);
      const refresh = await server.anonymous().post('/auth/refresh', undefined, { Cookie: other.cookie! });
      expect(refresh.status).toBe(401);
      const login = (who: string) => server.anonymous().post('/auth/login', { email: who, password: PASSWORD });
      expect(refusal(await login(email))).toEqual([401, 'INVALID_CREDENTIALS']);
      expect(refusal(await login(`erased-${customer.user.id}@erased.invalid`))).toEqual([401, 'INVALID_CREDENTIALS']);
      const back = await admin.put(`/admin/users/${customer.user.id}/active`, { active: true });
      expect(refusal(back)).toEqual([404, 'USER_NOT_FOUND']);
      // the address is free for somebody new, who finds nothing
      const somebody = await person(email);
      expect((await somebody.get<Page<Order>>('/orders')).body.items).toEqual([]);
    });

    it('not while an order is under way', async () => {
      const customer = await person();
      const partner = await server.partner();
      const open = await order(customer);
      const erase = () => customer.post('/auth/erasure', { password: PASSWORD });
      expect(refusal(await erase())).toEqual([409, 'ORDERS_OPEN']);
      await partner.accept(open.id);
      await carry(partner, open.id, 'in_transit');
      await partner.move(open.id, 'failed', { note: 'nobody there' });
      expect(refusal(await erase())).toEqual([409, 'ORDERS_OPEN']);
      expect((await customer.get('/auth/me')).body).toMatchObject({ user: { profile: { firstName: 'Xanthippe' } } });
      await admin.move(open.id, 'cancelled', { note: 'given up' });
      expect((await erase()).status).toBe(204);
    });

    it('by an admin’s own password, once and again; of customers only', async () => {
      const customer = await person();
      const path = (id: string) => `/admin/users/${id}/erasure`;
      expect(refusal(await admin.post(path(customer.user.id), { password: PASSWORD }))).toEqual([
        401,
        'INVALID_CREDENTIALS',
      ]);
      for (let n = 0; n < 2; n += 1)
        expect((await admin.post(path(customer.user.id), { password: DEMO_PASSWORD })).status).toBe(204);
      const unknown = new Types.ObjectId().toHexString();
      expect(refusal(await admin.post(path(unknown), { password: DEMO_PASSWORD }))).toEqual([404, 'USER_NOT_FOUND']);
      for (const { user } of [await server.partner(), admin])
        expect(refusal(await admin.post(path(user.id), { password: DEMO_PASSWORD }))).toEqual([403, 'FORBIDDEN']);
      const record = await server.database
        .collection('audit')
        .find({ action: 'user.erased', 'target.id': new Types.ObjectId(customer.user.id) })
        .toArray();
      expect(record).toMatchObject([{ by: { role: 'admin' } }]);
    });

    it('also from what was being placed at that very moment, as soon as it is closed', async () => {
      const customer = await person();
      const late = await order(customer);
      const orders = server.database.collection('orders');
      const _id = new Types.ObjectId(late.id);
      // placed a moment later
      await orders.updateOne({ _id }, { $set: { customerId: new Types.ObjectId() } });
      expect((await customer.post('/auth/erasure', { password: PASSWORD })).status).toBe(204);
      await orders.updateOne({ _id }, { $set: { customerId: new Types.ObjectId(customer.user.id) } });
      server.advance(10 * 60_000);
      const admins = await server.admin();
      await server.app.get(ErasureService).finish();
      expect((await admins.get<Order>(`/orders/${late.id}`)).body.deliveryAddress.street).toBe(PERSON.street);
      await admins.move(late.id, 'cancelled', { note: 'the customer is gone' });
      await server.app.get(ErasureService).finish();
      expect((await admins.get<Order>(`/orders/${late.id}`)).body.deliveryAddress).toEqual({ street: 'Deleted' });
      expect(
        await server.database.collection('users').countDocuments({ erasing: true, erasedAt: { $lt: new Date() } }),
      ).toBe(0);
    });
  });
});

/** A document with what is sealed in it opened. */
function opened(value: unknown, collection: string, id: unknown, fields: FieldEncryption, path = ''): unknown {
  if (isSealed(value)) return fields.open<unknown>(value, { collection, field: path, id: id as Types.ObjectId });
  if (Array.isArray(value)) return value.map((one) => opened(one, collection, id, fields, path));
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      opened(inner, collection, id, fields, path ? `${path}.${name}` : name),
    ]),
  );
}
