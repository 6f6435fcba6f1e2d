import { EventEmitter, once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Order } from '@qc/contracts';
import { Types } from 'mongoose';
import type { EventFact, EventRecord } from '../src/outbox/event.schema';
import { OutboxRepository } from '../src/outbox/outbox.repository';
import { Relay } from '../src/outbox/relay';
import { Chores } from '../src/platform/chores';
import { Problem } from '../src/platform/http/problem';
import { Transactions } from '../src/platform/mongo/transactions';
import { withServerBeside } from './support/beside';
import { nextEvent } from './support/client';
import { ask } from './support/live';
import { carry } from './support/steps';
import { TestServer } from './support/test-server';

/** Everything that a relay publishes from now on. */
class Listener {
  readonly heard: EventFact[] = [];
  private readonly growth = new EventEmitter();

  readonly hear = (event: EventFact): Promise<void> => {
    this.heard.push(event);
    this.growth.emit('heard');
    return Promise.resolve();
  };

  of(orderId: Types.ObjectId | string): EventFact[] {
    return this.heard.filter((event) => event.orderId.equals(orderId));
  }

  /** The `seq` of what was heard of one order, as soon as there are so many. Rejects after 10 s. */
  async seqs(orderId: Types.ObjectId | string, count: number): Promise<(number | undefined)[]> {
    const signal = AbortSignal.timeout(10_000);
    while (this.of(orderId).length < count) await once(this.growth, 'heard', { signal });
    return this.of(orderId).map(({ seq }) => seq);
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);

/** The events of one order, as the outbox takes them. */
function factsOf(orderId: Types.ObjectId, count: number): EventFact[] {
  const state = {
    status: 'pending' as const,
    partnerId: null,
    paymentStatus: 'pending' as const,
    reason: null,
    deliveredAt: null,
    rating: null,
  };
  return upTo(count).map((seq) => ({
    _id: new Types.ObjectId(),
    topic: 'order' as const,
    orderId,
    seq,
    type: 'payment' as const,
    at: new Date(),
    state,
  }));
}

describe('the relay of committed events', () => {
  let server: TestServer;
  let relay: Relay;
  let outbox: OutboxRepository;
  let transactions: Transactions;
  let listener: Listener;
  beforeAll(async () => {
    server = await TestServer.start();
    Logger.overrideLogger(false);
    relay = server.app.get(Relay);
    outbox = server.app.get(OutboxRepository);
    transactions = server.app.get(Transactions);
    listener = new Listener();
    relay.listen(listener.hear);
  });
  afterAll(() => server.stop());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const events = () => server.database.collection<EventRecord>('events');
  const stored = (orderId: Types.ObjectId | string) =>
    events()
      .find({ orderId: new Types.ObjectId(orderId) })
      .sort({ seq: 1 })
      .toArray();
  /** Committed by a process that did not live to publish it. */
  const leaveBehind = (facts: EventFact[]) => events().insertMany(facts.map((fact) => ({ ...fact, sent: false })));
  const commit = (facts: EventFact[]) => transactions.run((session) => outbox.append(facts, session));

  it('publishes each event once, in the order of its order, under the id that is kept', async () => {
    const orderId = new Types.ObjectId();
    const facts = factsOf(orderId, 6);
    for (const fact of facts) await commit([fact]);
    expect(await listener.seqs(orderId, 6)).toEqual(upTo(6));
    expect(listener.of(orderId).map(({ _id }) => _id)).toEqual(facts.map(({ _id }) => _id));
  });

  it('keeps that order however the word of the commits races', async () => {
    const orders = Array.from({ length: 30 }, () => factsOf(new Types.ObjectId(), 5));
    await leaveBehind(orders.flat());
    // 1 3 5 2 4 and so on: each order hears of its commits in another turn
    for (const [n, facts] of orders.entries())
      for (const step of upTo(5)) outbox.committed.next([facts[(step * ((n % 4) + 1) + n) % 5]!]);
    for (const [{ orderId }] of orders as [EventFact][]) expect(await listener.seqs(orderId, 5)).toEqual(upTo(5));
  });

  it('keeps that order while people race for the same orders', async () => {
    const [customer, partners] = [await server.customer(), await server.partners(4)];
    const orders = await Promise.all(upTo(6).map(() => server.readyOrder(customer)));
    await Promise.all(
      orders.flatMap(({ id }) => [
        ...partners.map((partner) => partner.accept(id)),
        customer.post(`/orders/${id}/cancel`),
      ]),
    );
    for (const { id } of orders) {
      const kept = await stored(id);
      expect(await listener.seqs(id, kept.length)).toEqual(upTo(kept.length));
      expect(listener.of(id).map(({ _id }) => _id)).toEqual(kept.map(({ _id }) => _id));
    }
  });

  it('fetches what another process committed before, and publishes it first', async () => {
    const orderId = new Types.ObjectId();
    const facts = factsOf(orderId, 4);
    await leaveBehind(facts.slice(0, 3));
    await commit(facts.slice(3));
    expect(await listener.seqs(orderId, 4)).toEqual(upTo(4));
  });

  it('publishes nothing before it is committed', async () => {
    const orderId = new Types.ObjectId();
    await transactions.run(async (session) => {
      await outbox.append(factsOf(orderId, 1), session);
      // another one's commit makes the relay look for what is there
      const other = new Types.ObjectId();
      await leaveBehind(factsOf(other, 1));
      outbox.committed.next(factsOf(other, 3).slice(2));
      await listener.seqs(other, 1);
      expect(listener.of(orderId)).toEqual([]);
    });
    expect(await listener.seqs(orderId, 1)).toEqual([1]);
  });

  it('publishes nothing of a change that was refused', async () => {
    const orderId = new Types.ObjectId();
    const [never] = factsOf(orderId, 1);
    const refused = transactions.run(async (session) => {
      await outbox.append([never!], session);
      throw new Problem('OUT_OF_STOCK');
    });
    await expect(refused).rejects.toMatchObject({ code: 'OUT_OF_STOCK' });
    const [instead] = factsOf(orderId, 1);
    await commit([instead!]);
    await listener.seqs(orderId, 1);
    expect(listener.of(orderId).map(({ _id }) => _id)).toEqual([instead!._id]);
  });

  it('publishes once what was written in a second attempt', async () => {
    const orderId = new Types.ObjectId();
    let attempts = 0;
    await transactions.run(async (session) => {
      await outbox.append(factsOf(orderId, 2), session);
      if ((attempts += 1) === 1) await server.database.db!.admin().command({ killSessions: [session.id] });
    });
    expect(await listener.seqs(orderId, 2)).toEqual([1, 2]);
    expect(listener.of(orderId).map(({ _id }) => _id)).toEqual((await stored(orderId)).map(({ _id }) => _id));
    expect(attempts).toBe(2);
  });

  it('passes by a listener that fails: the others hear all, and so does it', async () => {
    const orderId = new Types.ObjectId();
    const failed: (number | undefined)[] = [];
    const after = new Listener();
    relay.listen((event) => {
      if (event.orderId.equals(orderId)) failed.push(event.seq);
      return event.orderId.equals(orderId) ? Promise.reject(new Error('a listener’s own fault')) : Promise.resolve();
    });
    relay.listen(after.hear);
    await commit(factsOf(orderId, 3));
    expect(await after.seqs(orderId, 3)).toEqual([1, 2, 3]);
    expect(failed).toEqual([1, 2, 3]);
  });

  it('passes by a listener that fails before it has promised anything', async () => {
    const orderId = new Types.ObjectId();
    const after = new Listener();
    relay.listen((event) => {
      if (event.orderId.equals(orderId) && event.seq === 1) throw new Error('a listener’s own fault');
      return Promise.resolve();
    });
    relay.listen(after.hear);
    await commit(factsOf(orderId, 3));
    expect(await after.seqs(orderId, 3)).toEqual([1, 2, 3]);
  });

  it('publishes a long backlog in order, however the ids of its events were made', async () => {
    const orderId = new Types.ObjectId();
    const facts = factsOf(orderId, 150);
    const ids = facts.map(({ _id }) => _id).reverse();
    await leaveBehind(facts.map((fact, n) => ({ ...fact, _id: ids[n]! })));
    expect(await listener.seqs(orderId, 150)).toEqual(upTo(150));
  });

  it('holds up no order while a listener thinks about another one', async () => {
    const [slow, quick] = [new Types.ObjectId(), new Types.ObjectId()];
    let go!: () => void;
    const thinking = new Promise<void>((resolve) => (go = resolve));
    const after = new Listener();
    relay.listen((event) => (event.orderId.equals(slow) ? thinking : Promise.resolve()));
    relay.listen(after.hear);
    await commit(factsOf(slow, 2));
    await commit(factsOf(quick, 2));
    expect(await after.seqs(quick, 2)).toEqual([1, 2]);
    expect(after.of(slow)).toEqual([]);
    go();
    expect(await after.seqs(slow, 2)).toEqual([1, 2]);
  });

  // last: from here on this server publishes nothing
  describe('of a process that died between commit and publishing', () => {
    beforeAll(async () => {
      await server.app.get(Chores).onModuleDestroy();
      await relay.onApplicationShutdown();
    });

    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its relay below
    const boot = Relay.prototype.onApplicationBootstrap;
    /** A server that starts on what was left behind, and all that it publishes from its first moment on. */
    const startAgain = (use: (beside: TestServer, heard: Listener) => Promise<void>): Promise<void> => {
      const heard = new Listener();
      jest.spyOn(Relay.prototype, 'onApplicationBootstrap').mockImplementation(function (this: Relay) {
        this.listen(heard.hear);
        boot.call(this);
      });
      return withServerBeside(server, (beside) => use(beside, heard));
    };

    it('had kept all that it did publish, each at a place of its own in the order of commits', async () => {
      const kept = await events().find().sort({ pos: 1 }).toArray();
      expect(kept.length).toBeGreaterThan(150);
      expect(kept.filter(({ sent }) => !sent)).toEqual([]);
      expect(new Set(kept.map(({ pos }) => pos)).size).toBe(kept.length);
      for (const own of Map.groupBy(kept, ({ orderId }) => orderId.toHexString()).values())
        expect(own.flatMap(({ seq }) => seq ?? [])).toEqual(upTo(own.filter(({ seq }) => seq).length));
    });

    it('are published at the next start, under the same ids, in order, and kept as sent', async () => {
      const partner = await server.partner();
      const { id } = await server.assignedOrder(partner);
      await carry(partner, id, 'delivered');
      const many = factsOf(new Types.ObjectId(), 250);
      for (let from = 0; from < many.length; from += 50) await commit(many.slice(from, from + 50));
      const before = await stored(id);
      expect(listener.of(id)).toEqual([]);
      expect([before.length, before.some(({ sent }) => sent)]).toEqual([8, false]);

      await startAgain(async (beside, heard) => {
        expect(await heard.seqs(id, 8)).toEqual(upTo(8));
        expect(heard.of(id).map(({ _id }) => _id)).toEqual(before.map(({ _id }) => _id));
        expect(await heard.seqs(many[0]!.orderId, 250)).toEqual(upTo(250));
        await beside.app.get(Relay).onApplicationShutdown();
        expect(await events().countDocuments({ sent: false })).toBe(0);
      });
      // and the start after that has nothing left to say
      await startAgain(async (beside, heard) => {
        const marker = new Types.ObjectId();
        await beside.app
          .get(Transactions)
          .run((session) => beside.app.get(OutboxRepository).append(factsOf(marker, 1), session));
        await heard.seqs(marker, 1);
        expect(heard.heard).toHaveLength(1);
      });
    });

    it('reach a client of another process that is at work', async () => {
      const customer = await server.customer();
      await withServerBeside(server, async (beside) => {
        const there = beside.anonymous();
        there.token = customer.token!;
        const { id } = await server.readyOrder(customer);
        const socket = await there.connect();
        const joined = (await ask(socket, 'joinOrder', { orderId: id })) as unknown as { order: Order };
        const coming = nextEvent(
          socket,
          'orderUpdated',
          ({ orderId, seq }) => orderId === id && seq > joined.order.version,
        );
        await customer.post(`/orders/${id}/cancel`);
        const last = (await stored(id)).at(-1)!;
        expect(await coming).toMatchObject({ eventId: last._id.toHexString(), type: 'cancelled', seq: last.seq });
        there.disconnect();
      });
    });
  });
});
