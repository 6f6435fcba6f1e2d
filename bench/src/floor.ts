import mongoose, { type mongo } from 'mongoose';

const { MongoClient } = mongoose.mongo;
type Doc = mongo.Document;

/** What one change of the product left in the database. */
export interface Written {
  order: Doc;
  events: Doc[];
  ledger: Doc[];
  command: Doc;
}

const COLLECTIONS = ['orders', 'products', 'partners', 'events', 'ledger', 'commands'];
const MAJORITY = { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } } as const;

/**
 * The bare driver: the documents that the product wrote, written again by hand in one transaction each, into collections
 * with the same indexes. No HTTP, no session, no check, no answer, nobody told.
 */
export class Floor {
  private readonly client: mongo.MongoClient;
  private readonly real: mongo.Db;
  private readonly own: mongo.Db;

  private constructor(client: mongo.MongoClient) {
    this.client = client;
    this.real = client.db();
    this.own = client.db('floor');
  }

  static async open(uri: string): Promise<Floor> {
    const floor = new Floor(await new MongoClient(uri).connect());
    for (const name of COLLECTIONS) {
      const indexes = await floor.real.collection(name).indexes();
      await floor.own.createCollection(name);
      for (const { key, v: _v, ...options } of indexes.filter((index) => index.name !== '_id_'))
        await floor.own.collection(name).createIndex(key, options);
    }
    return floor;
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /** The documents as they are now, for a change to be made on them. */
  async copy(name: string, ids: readonly string[]): Promise<Doc[]> {
    const documents = await this.real
      .collection(name)
      .find({ _id: { $in: ids.map((id) => new mongoose.mongo.ObjectId(id)) } })
      .toArray();
    if (documents.length) await this.own.collection(name).insertMany(documents);
    return documents;
  }

  /** What the product wrote with the change that made these orders what they are, in the order of `ids`. */
  async written(ids: readonly string[], fromSeq: number): Promise<Written[]> {
    const keys = ids.map((id) => new mongoose.mongo.ObjectId(id));
    const of = (name: string, filter: Doc) => this.real.collection(name).find(filter).toArray();
    const [orders, events, ledger, commands] = await Promise.all([
      of('orders', { _id: { $in: keys } }),
      of('events', { orderId: { $in: keys }, seq: { $gte: fromSeq } }),
      of('ledger', { orderId: { $in: keys } }),
      of('commands', { orderId: { $in: keys }, seq: { $gte: fromSeq } }),
    ]);
    return ids.map((id) => {
      const mine = ({ orderId }: Doc): boolean => String(orderId) === id;
      return {
        order: orders.find(({ _id }) => String(_id) === id)!,
        events: events.filter(mine).map(({ pos: _pos, ...event }) => ({ ...event, sent: false })),
        ledger: ledger.filter(mine),
        command: commands.find(mine)!,
      };
    });
  }

  accept({ order, events, command }: Written): Promise<void> {
    const { partnerId, status, version, updatedAt } = order;
    return this.transaction(async (session) => {
      await this.own.collection('orders').updateOne(
        { _id: order['_id'] as mongo.ObjectId, status: 'ready', partnerId: null, version: (version as number) - 1 },
        {
          $set: { status, version, partnerId, updatedAt, lock: null },
          $push: { history: (order['history'] as Doc[]).at(-1) } as never,
        },
        { session },
      );
      await this.own
        .collection('partners')
        .updateOne(
          { _id: partnerId as mongo.ObjectId, active: true },
          { $inc: { activeDeliveries: 1 }, $set: { lockedOrderId: null } },
          { session },
        );
      await this.own.collection('events').insertMany(events, { session });
      await this.own.collection('commands').insertOne(command, { session });
    });
  }

  place({ order, events, ledger, command }: Written): Promise<void> {
    return this.transaction(async (session) => {
      for (const { productId, quantity } of order['items'] as { productId: mongo.ObjectId; quantity: number }[])
        await this.own
          .collection('products')
          .updateOne({ _id: productId, stock: { $gte: quantity } }, { $inc: { stock: -quantity } }, { session });
      await this.own.collection('orders').insertOne(order, { session });
      await this.own.collection('ledger').insertMany(ledger, { session });
      await this.own.collection('events').insertMany(events, { session });
      await this.own.collection('commands').insertOne(command, { session });
    });
  }

  /** Partners have nothing in hand again, as after their deliveries, so that a round may be as long as it likes. */
  async freePartners(): Promise<void> {
    for (const db of [this.real, this.own]) {
      await db.collection('orders').updateMany({ status: 'assigned' }, { $set: { status: 'delivered' } });
      await db.collection('partners').updateMany({}, { $set: { activeDeliveries: 0 } });
    }
  }

  private transaction(work: (session: mongo.ClientSession) => Promise<void>): Promise<void> {
    return this.client.withSession((session) => session.withTransaction(() => work(session), MAJORITY));
  }
}
