import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { brokenPromises } from '../support/invariants';
import { LiveView } from '../support/live-view';
import { ReplicaSet } from '../support/replica-set';
import { Victim } from '../support/victim';
import { blindSpots, Crew } from './crew';

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
    const phones = [...crew.customers, ...crew.partners].map((person) => ({ person, view: new LiveView(person) }));
    await Promise.all(phones.map(({ view }) => view.connect()));
    const work = crew.work();
    await crew.more(100);
    const killed = await set.killPrimary();
    await crew.more(150);
    expect(await set.primary()).not.toBe(killed);
    crew.end();
    await work;

    const silence = crew.longestSilence();
    console.log(
      `${crew.acknowledged.length} acknowledged; nothing for ${(silence / 1000).toFixed(1)} s after the kill`,
    );
    expect(silence).toBeLessThan(BOUND);
    expect(crew.faults).toEqual([]);
    expect(await brokenPromises(victim.database, crew.initialStock, 1)).toEqual([]);
    expect(await crew.lost(victim.database)).toEqual([]);
    const orders = victim.database.collection('orders');
    for (const [customerId, keys] of crew.orderKeys)
      expect(await orders.countDocuments({ customerId: new mongoose.Types.ObjectId(customerId) })).toBe(keys.length);
    for (const { person, view } of phones) {
      expect(await blindSpots(person, view)).toEqual([]);
      view.disconnect();
    }
  });
});
