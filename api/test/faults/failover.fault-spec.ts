import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OrderEvent } from '@qc/contracts';
import mongoose from 'mongoose';
import { brokenPromises } from '../support/invariants';
import { ReplicaSet } from '../support/replica-set';
import { Victim } from '../support/victim';
import { Crew, Heard } from './crew';

/** Milliseconds in which writes go on; seven is the goal, and printed. */
const BOUND = 15_000;

describe('kill -9 of the primary of a three-member replica set, under load', () => {
  let set: ReplicaSet;
  let victim: Victim;
  beforeAll(async () => {
    set = await ReplicaSet.start();
    victim = await Victim.prepare({ uri: set.uri('qc_failover') });
    await victim.start();
  }, 120_000);
  afterAll(async () => {
    await victim?.end();
    await set?.stop();
  }, 60_000);

  it('writes go on by themselves, nothing acknowledged is lost, nothing happens twice, every phone hears all', async () => {
    const crew = await Crew.hire(victim);
    const phones = await Promise.all(
      crew.customers.map(async (customer) => {
        const [heard, socket] = [new Heard(), await customer.connect()];
        socket.on('orderUpdated', (event) => heard.hear(event as OrderEvent));
        return { customer, heard, socket };
      }),
    );
    const work = crew.work();
    await crew.more(100);
    await set.killPrimary();
    await crew.more(150);
    crew.end();
    await work;

    const silence = crew.longestSilence();
    console.log(
      `${crew.acknowledged.length} acknowledged; nothing for ${(silence / 1000).toFixed(1)} s after the kill`,
    );
    expect(silence).toBeLessThan(BOUND);
    expect(crew.faults).toEqual([]);
    expect(await brokenPromises(victim.database, crew.initialStock, 1)).toEqual([]);
    const orders = victim.database.collection('orders');
    for (const { id, version } of [...crew.placed.values(), ...crew.moved])
      expect((await orders.findOne({ _id: new mongoose.Types.ObjectId(id) }))!['version']).toBeGreaterThanOrEqual(
        version,
      );
    for (const { customer, heard, socket } of phones) {
      const own = await orders.find({ customerId: new mongoose.Types.ObjectId(customer.user.id) }).toArray();
      expect(own.length).toBe(crew.orderKeys.get(customer.user.id)!.length);
      const versions = new Map(own.map(({ _id, version }) => [_id.toHexString(), version as number]));
      await heard.all(versions);
      for (const [id, version] of versions)
        expect(heard.of(id)).toEqual(Array.from({ length: version }, (_, index) => index + 1));
      socket.disconnect();
    }
  });
});
