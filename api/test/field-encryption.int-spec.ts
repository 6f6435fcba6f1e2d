import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, User } from '@qc/contracts';
import mongoose, { Types } from 'mongoose';
import { DEMO_PASSWORD } from '../src/demo/demo-shop';
import { rekeyFields } from '../src/keeping/rekey-fields';
import { FieldEncryption, type Sealed } from '../src/platform/field-encryption';
import { newFieldKeys } from '../src/platform/field-keys';
import { at } from './races/shop';
import type { Client } from './support/client';
import { carry, refusal } from './support/steps';
import { TestServer } from './support/test-server';

const OLD = newFieldKeys();
const ADDRESS = {
  street: '17 Zanzibar Terrace',
  city: 'Quillington',
  zipCode: '997788',
  instructions: 'the ochre gate',
  location: { lat: 12.9718, lng: 77.6411 },
};
const PHONE = '+91 55512 34567';
const SECRETS = ['Zanzibar', 'Quillington', '997788', 'ochre gate', '12.9718', '55512', '34567'];

describe('phone numbers and addresses', () => {
  let server: TestServer;
  let customer: Client;
  let partner: Client;
  let order: Order;

  beforeAll(async () => {
    server = await TestServer.start({ FIELD_KEYS: OLD });
    customer = await server.customer();
    partner = await server.partner();
    for (const person of [customer, partner]) await person.put('/auth/profile', { phone: PHONE });
    const { id } = await server.product();
    const items = [{ productId: id, quantity: 1 }];
    const headers = { 'Idempotency-Key': 'a-key' };
    order = (await customer.placeOrder(items, { deliveryAddress: ADDRESS }, headers)).body;
    await partner.accept(order.id);
    await carry(partner, order.id, 'delivered');
    await (await server.admin()).post('/auth/second-factor', { password: DEMO_PASSWORD });
    // refused, and noted as such
    await customer.placeOrder(
      [{ productId: id, quantity: 99 }],
      { deliveryAddress: ADDRESS },
      { 'Idempotency-Key': 'b' },
    );
    await customer.post(`/orders/${order.id}/reorder`);
  });
  afterAll(() => server.stop());

  it('are in no document of any collection', async () => {
    const collections = await server.database.db!.listCollections({}, { nameOnly: true }).toArray();
    const names = collections.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['orders', 'users', 'events', 'commands', 'ledger', 'payments']));
    for (const name of names) {
      for (const found of await server.database.db!.collection(name).find().toArray()) {
        const written = everythingIn(found);
        expect([name, SECRETS.filter((secret) => written.includes(secret))]).toEqual([name, []]);
      }
    }
  });

  it('come to whom they are for as they were given', async () => {
    const read = await (await server.admin()).get<Order>(`/orders/${order.id}`);
    expect(read.body.deliveryAddress).toEqual(ADDRESS);
    expect(read.body.customer).toMatchObject({ phone: PHONE });
    expect((await customer.get<{ user: User }>('/auth/me')).body.user.profile.phone).toBe(PHONE);
  });

  it('are taken away, and given anew, as any other', async () => {
    const person = await server.customer();
    await person.put('/auth/profile', { phone: '' });
    expect((await person.get<{ user: User }>('/auth/me')).body.user.profile).not.toHaveProperty('phone');
    await person.put('/auth/profile', { phone: PHONE, lastName: 'Rao' });
    expect((await person.get<{ user: User }>('/auth/me')).body.user.profile).toEqual({
      firstName: 'Asha',
      lastName: 'Rao',
      phone: PHONE,
    });
  });

  it('tell of a key that was sent again with another address', async () => {
    const { id } = await server.product();
    const send = (street: string) =>
      customer.placeOrder(
        [{ productId: id, quantity: 1 }],
        { deliveryAddress: { street } },
        { 'Idempotency-Key': 'twice' },
      );
    const first = await send('1 Lane');
    expect((await send('1 Lane')).body.id).toBe(first.body.id);
    expect(refusal(await send('2 Lane'))).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('that were altered in the database are refused, never shown as something else', async () => {
    const altered = await server.readyOrder(customer, { deliveryAddress: ADDRESS });
    const other = await server.readyOrder(customer, { deliveryAddress: { street: '2 Other Street' } });
    const orders = server.database.collection<{ _id: Types.ObjectId; deliveryAddress: Sealed }>('orders');
    const stored = await orders.findOne({ _id: new Types.ObjectId(other.id) });
    await orders.updateOne(
      { _id: new Types.ObjectId(altered.id) },
      { $set: { deliveryAddress: stored!.deliveryAddress } },
    );
    const answer = await customer.get<object>(`/orders/${altered.id}`);
    expect(refusal(answer)).toEqual([500, 'INTERNAL']);
    expect(JSON.stringify(answer.body)).not.toMatch(/Other|altered/);
    expect((await customer.get<Order>(`/orders/${other.id}`)).body.deliveryAddress.street).toBe('2 Other Street');
    await orders.deleteOne({ _id: new Types.ObjectId(altered.id) });
  });

  describe('under a new key', () => {
    const fresh = newFieldKeys();
    const freshId = fresh.split(':')[0]!;

    it('are sealed anew while orders are placed, and then need the old one no longer', async () => {
      const { id } = await server.product();
      const database = server.database.db!;
      // a server that has the new key beside the old one is at work with both, before and after
      const rotated = await TestServer.start({ FIELD_KEYS: `${fresh},${OLD}`, MONGODB_URI: addressOf(server) });
      const buyer = at(rotated, customer);
      const placing = Promise.all(
        Array.from({ length: 20 }, () =>
          buyer.placeOrder([{ productId: id, quantity: 1 }], { deliveryAddress: ADDRESS }),
        ),
      );
      const rekeyed = rekeyFields(database, new FieldEncryption(`${fresh},${OLD}`), 3);
      expect((await placing).map(({ status }) => status)).toEqual(Array(20).fill(201));
      for (const { changed } of await rekeyed) expect(changed).toBeGreaterThan(0);
      expect(await kidsOf(server)).toEqual([freshId]);
      await rotated.app.close();

      const later = await TestServer.start({ FIELD_KEYS: fresh, MONGODB_URI: addressOf(server) });
      const read = await (await later.admin()).get<Order>(`/orders/${order.id}`);
      expect(read.body.deliveryAddress).toEqual(ADDRESS);
      await later.app.close();
    });

    it('keep a server that has only the old one, or none of them, from starting', async () => {
      const start = (keys: string) => TestServer.start({ FIELD_KEYS: keys, MONGODB_URI: addressOf(server) });
      await expect(start(OLD)).rejects.toThrow(
        new RegExp(`^FIELD_KEYS is not what the data was sealed with: [^\\n]+ is sealed with key "${freshId}"`),
      );
      await expect(start(`${freshId}:${newFieldKeys().split(':')[1]!}`)).rejects.toThrow(/^FIELD_KEYS is not what/);
    });

    it('have nothing left to do the second time', async () => {
      const done = await rekeyFields(server.database.db!, new FieldEncryption(`${fresh},${OLD}`));
      expect(done.map(({ changed }) => changed)).toEqual([0, 0, 0]);
    });
  });
});

/** All texts, numbers and bytes of a document, whatever their form. */
function everythingIn(document: object): string {
  const bytes = Buffer.from(mongoose.mongo.BSON.serialize(document)).toString('latin1');
  return `${bytes} ${mongoose.mongo.BSON.EJSON.stringify(document)}`;
}

async function kidsOf(server: TestServer): Promise<unknown[]> {
  const inOrders: unknown[] = await server.database.collection('orders').distinct('deliveryAddress.kid');
  const inUsers: unknown[] = await server.database.collection('users').distinct('profile.phone.kid');
  return [...new Set([...inOrders, ...inUsers])];
}

function addressOf(server: TestServer): string {
  const uri = new URL(process.env['MONGODB_TEST_URI']!);
  uri.pathname = `/${server.database.name}`;
  return uri.href;
}
