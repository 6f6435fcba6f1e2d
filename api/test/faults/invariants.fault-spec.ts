import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, Product } from '@qc/contracts';
import mongoose, { type Connection, type mongo } from 'mongoose';
import type { Client } from '../support/client';
import { brokenPromises } from '../support/invariants';
import { carry } from '../support/steps';
import { TestServer } from '../support/test-server';

const STOCK = 100;
const COLLECTIONS = ['orders', 'events', 'ledger', 'payments', 'partners', 'products', 'commands'];

/** The orders of the shop, by how they stand. */
type Shop = Record<
  'waiting' | 'held' | 'carried' | 'paid' | 'refunded' | 'delivered',
  { order: mongo.ObjectId; number: string }
> & { carrier: mongo.ObjectId; holder: mongo.ObjectId; tea: mongo.ObjectId };

/** One document made wrong, and what has to be said of it. */
type Corruption = [broken: string, corrupt: (database: Connection, shop: Shop) => Promise<unknown>, said: RegExp];

const CORRUPTIONS: Corruption[] = [
  [
    'a partner who counts more than they carry',
    (db, { carrier }) => set(db, 'partners', { _id: carrier }, { activeDeliveries: 2 }),
    /^partner \w+ carries 1, counts 2$/,
  ],
  [
    'a partner who carries more than they may',
    async (db, { carrier, waiting }) => {
      await set(db, 'orders', { _id: waiting.order }, { status: 'assigned', partnerId: carrier });
      await set(db, 'partners', { _id: carrier }, { activeDeliveries: 2 });
    },
    /^partner \w+ carries 2 of 1$/,
  ],
  [
    'an order under way with nobody',
    (db, { carried }) => set(db, 'orders', { _id: carried.order }, { partnerId: null }),
    /^QC-\w+ is assigned with nobody$/,
  ],
  [
    'an order that waits and has a partner',
    (db, { waiting, carrier }) => set(db, 'orders', { _id: waiting.order }, { partnerId: carrier }),
    /^QC-\w+ is ready and has a partner$/,
  ],
  [
    'a hold that its holder does not know of',
    (db, { holder }) => set(db, 'partners', { _id: holder }, { lockedOrderId: null }),
    /^QC-\w+ is held by a partner who does not know$/,
  ],
  [
    'a hold on an order that is taken',
    (db, { carried, holder }) => set(db, 'orders', { _id: carried.order }, { lock: { partnerId: holder } }),
    /^QC-\w+ is assigned and held$/,
  ],
  [
    'a stock below nothing',
    (db, { tea }) => set(db, 'products', { _id: tea }, { stock: -1 }),
    /^Tea has a stock of -1$/,
  ],
  [
    'a piece that is neither on the shelf nor sold',
    (db, { tea }) => db.collection('products').updateOne({ _id: tea }, { $inc: { stock: -1 } }),
    /^Tea: \d+ \+ \d+ is not 100$/,
  ],
  [
    'a piece that is counted as sold and was not',
    (db, { tea }) => db.collection('products').updateOne({ _id: tea }, { $inc: { sold: 1 } }),
    /^Tea counts \d+ sold, of \d+$/,
  ],
  [
    'a version without its event',
    (db, { paid }) => db.collection('events').deleteOne({ orderId: paid.order, seq: 2 }),
    /^QC-\w+ is at version 5 with the events 1,3,4,5$/,
  ],
  [
    'an event twice',
    (db, { paid }) => again(db, 'events', { orderId: paid.order, seq: 2 }),
    /^QC-\w+ is at version 5 with the events 1,2,2,3,4,5$/,
  ],
  [
    'an event beyond the last version',
    (db, { paid }) => again(db, 'events', { orderId: paid.order, seq: 5 }, { seq: 6 }),
    /^QC-\w+ is at version 5 with the events 1,2,3,4,5,6$/,
  ],
  [
    'an event of another state than the history has',
    (db, { waiting }) => set(db, 'events', { orderId: waiting.order, seq: 3 }, { 'state.status': 'cancelled' }),
    /^QC-\w+ was preparing at 3, and told as cancelled$/,
  ],
  [
    'what is left of an order that is not there: events, entries, a payment',
    (db, { paid }) => db.collection('orders').deleteOne({ _id: paid.order }),
    /^events, ledger, payments of \w+, which is no order$/,
  ],
  [
    'a step that the contract has not',
    (db, { waiting }) => set(db, 'orders', { _id: waiting.order }, { 'history.2.status': 'picked_up' }),
    /^QC-\w+ went to picked_up by no move of the contract: pending,confirmed,picked_up,ready$/,
  ],
  [
    'a step by somebody who may not take it',
    (db, { carried }) => set(db, 'orders', { _id: carried.order }, { 'history.4.by.role': 'customer' }),
    /^QC-\w+ went to assigned by no move of the contract/,
  ],
  [
    'a status that the history does not end with',
    (db, { waiting }) => set(db, 'orders', { _id: waiting.order }, { status: 'preparing' }),
    /^QC-\w+ is preparing after pending,confirmed,preparing,ready$/,
  ],
  [
    'an entry whose lines do not cancel out',
    (db, { paid }) =>
      db.collection('ledger').updateOne({ orderId: paid.order, kind: 'payment' }, { $inc: { 'lines.0.amount': 1 } }),
    /^a payment is off by 1$/,
  ],
  [
    'an entry that is missing',
    (db, { delivered }) => db.collection('ledger').deleteOne({ orderId: delivered.order, kind: 'earning' }),
    /^QC-\w+ has cash,charge, not cash,charge,earning$/,
  ],
  [
    'money given back twice',
    (db, { refunded }) => again(db, 'ledger', { orderId: refunded.order, kind: 'refund' }),
    /^QC-\w+ has charge,payment,refund,refund,reversal, not charge,payment,refund,reversal$/,
  ],
  [
    'more given back than was captured',
    (db, { refunded }) => scale(db, { orderId: refunded.order, kind: 'refund' }, 2),
    /^QC-\w+ gave back \d+ more than was captured$/,
  ],
  [
    'less given back than is owed',
    (db, { refunded }) => scale(db, { orderId: refunded.order, kind: 'refund' }, 0.5),
    /^the customer of QC-\w+ owes -\d+, not 0$/,
  ],
  [
    'a refund larger than its payment',
    (db, { refunded }) =>
      db.collection('payments').updateOne({ _id: refunded.order }, [{ $set: { refund: { $add: ['$amount', 1] } } }]),
    /^QC-\w+ gives back more than it took$/,
  ],
  [
    'a payment of another amount than the order’s',
    (db, { paid }) => db.collection('payments').updateOne({ _id: paid.order }, { $inc: { amount: 1 } }),
    /^QC-\w+ comes to \d+, its payment to \d+$/,
  ],
  [
    'a payment that stands elsewhere than the order says',
    (db, { paid }) => set(db, 'payments', { _id: paid.order }, { state: 'capturing' }),
    /^QC-\w+ is paid, capturing$/,
  ],
  [
    'a card order without a payment',
    (db, { paid }) => db.collection('payments').deleteOne({ _id: paid.order }),
    /^QC-\w+ has no payment$/,
  ],
  [
    'a cash order with one',
    (db, { paid, waiting }) => again(db, 'payments', { _id: paid.order }, { _id: waiting.order }),
    /^QC-\w+ is paid in cash and has a payment$/,
  ],
  [
    'a cancelled order whose money stays',
    async (db, { refunded }) => {
      await set(db, 'payments', { _id: refunded.order }, { state: 'captured', refund: 0 });
      await set(db, 'orders', { _id: refunded.order }, { paymentStatus: 'paid' });
    },
    /^QC-\w+ is cancelled and keeps the money$/,
  ],
  [
    'a command that answered an order that is not there',
    (db, { waiting }) => set(db, 'commands', { orderId: waiting.order }, { orderId: new mongoose.Types.ObjectId() }),
    /^the command .+ answered what is not there$/,
  ],
  [
    'a command that answered a version that is not there',
    (db, { waiting }) => set(db, 'commands', { orderId: waiting.order }, { seq: 99 }),
    /^the command .+ answered what is not there$/,
  ],
];

describe('what is said of a database in which a promise is broken', () => {
  let server: TestServer;
  let database: Connection;
  let shop: Shop;
  let sound: Map<string, mongo.Document[]>;
  let initialStock: Map<string, number>;

  beforeAll(async () => {
    server = await TestServer.start();
    const { name } = server.database;
    shop = await furnish(server);
    initialStock = new Map([[shop.tea.toHexString(), STOCK]]);
    // nobody is at work any more who could mend what is broken here
    await server.app.close();
    const uri = new URL(process.env['MONGODB_TEST_URI']!);
    uri.pathname = `/${name}`;
    database = await mongoose.createConnection(uri.href).asPromise();
    // the indexes that would not let it come to that
    await Promise.all(COLLECTIONS.map((collection) => database.collection(collection).dropIndexes()));
    sound = new Map(
      await Promise.all(
        COLLECTIONS.map(
          async (collection) => [collection, await database.collection(collection).find().toArray()] as const,
        ),
      ),
    );
  });
  afterEach(async () => {
    for (const [collection, documents] of sound) {
      await database.collection(collection).deleteMany({});
      if (documents.length) await database.collection(collection).insertMany(documents);
    }
  });
  afterAll(async () => {
    await database?.dropDatabase();
    await database?.close();
  });

  it('nothing, when all hold', async () => {
    expect(await brokenPromises(database, initialStock, 1)).toEqual([]);
  });

  it.each(CORRUPTIONS)('%s', async (_broken, corrupt, said) => {
    await corrupt(database, shop);
    expect(await brokenPromises(database, initialStock, 1)).toContainEqual(expect.stringMatching(said));
  });
});

/** A shop with an order of each kind. */
async function furnish(server: TestServer): Promise<Shop> {
  const tea = await server.product({ name: 'Tea', stock: STOCK });
  const customer = await server.customer();
  const [carrier, holder, courier] = await server.partners(3);
  const [waiting, held, carried, delivered] = await Promise.all(
    ['cash', 'cash', 'cash', 'cash'].map((method) => buy(customer, tea, method)),
  );
  const [paid, refunded] = [await buy(customer, tea, 'card'), await buy(customer, tea, 'card')];
  await done(holder!.post(`/delivery/${held!.id}/lock`));
  await done(carrier!.accept(carried!.id));
  await done(courier!.accept(delivered!.id));
  await carry(courier!, delivered!.id, 'delivered');
  await done(customer.post(`/orders/${refunded.id}/cancel`, {}));
  const entry = ({ id, number }: Order) => ({ order: oid(id), number });
  return {
    waiting: entry(waiting!),
    held: entry(held!),
    carried: entry(carried!),
    delivered: entry(delivered!),
    paid: entry(paid),
    refunded: entry(refunded),
    carrier: oid(carrier!.user.id),
    holder: oid(holder!.user.id),
    tea: oid(tea.id),
  };
}

async function buy(customer: Client, { id }: Product, paymentMethod: string): Promise<Order> {
  const headers = { 'Idempotency-Key': randomUUID() };
  const { status, body } = await customer.placeOrder([{ productId: id, quantity: 2 }], { paymentMethod }, headers);
  expect(status).toBe(201);
  return body;
}

async function done(answer: Promise<{ status: number }>): Promise<void> {
  expect((await answer).status).toBe(200);
}

function oid(id: string): mongo.ObjectId {
  return new mongoose.Types.ObjectId(id);
}

async function set(database: Connection, collection: string, filter: mongo.Document, fields: object): Promise<void> {
  const { modifiedCount } = await database.collection(collection).updateOne(filter, { $set: fields });
  expect(modifiedCount).toBe(1);
}

/** Puts a document there a second time. */
async function again(database: Connection, name: string, filter: mongo.Document, fields: object = {}): Promise<void> {
  const found = await database.collection(name).findOne(filter);
  await database.collection(name).insertOne({ ...found, _id: new mongoose.Types.ObjectId(), ...fields });
}

/** An entry that is still balanced, of another amount. */
async function scale(database: Connection, filter: mongo.Document, by: number): Promise<void> {
  const { lines } = (await database.collection('ledger').findOne(filter))! as unknown as {
    lines: { amount: number }[];
  };
  const scaled = lines.map((line) => ({ ...line, amount: line.amount * by }));
  await set(database, 'ledger', filter, { lines: scaled });
}
