import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { brokenPromises } from '../support/invariants';
import { Victim } from '../support/victim';
import { WireProxy } from '../support/wire-proxy';
import { Crew } from './crew';

/** Milliseconds that the database stays out of reach: longer than any wait of a single request’s parts, shorter than its patience. */
const AWAY = 6000;

describe('a network between API and MongoDB', () => {
  let proxy: WireProxy;
  let victim: Victim;
  beforeAll(async () => {
    const uri = new URL(process.env['MONGODB_TEST_URI']!);
    uri.pathname = `/qc_network_${process.pid}`;
    proxy = await WireProxy.before(uri.href);
    victim = await Victim.prepare({ uri: uri.href, through: proxy.uri(uri.pathname.slice(1)) });
    await victim.start();
  }, 120_000);
  afterEach(() => {
    proxy.delay = 0;
    proxy.restore();
  });
  afterAll(async () => {
    await victim?.end();
    await proxy?.stop();
  });

  /** Nothing that was said yes to is missing, nothing is there twice, and nobody got anything but an answer or "not now". */
  async function allIsWell(crew: Crew): Promise<void> {
    expect(crew.faults).toEqual([]);
    expect(await brokenPromises(victim.database, crew.initialStock, 1)).toEqual([]);
    const orders = victim.database.collection('orders');
    for (const { id, version } of [...crew.placed.values(), ...crew.moved])
      expect((await orders.findOne({ _id: new mongoose.Types.ObjectId(id) }))!['version']).toBeGreaterThanOrEqual(
        version,
      );
    for (const [customerId, keys] of crew.orderKeys)
      expect(await orders.countDocuments({ customerId: new mongoose.Types.ObjectId(customerId) })).toBe(keys.length);
  }

  const ready = async (): Promise<number> => (await fetch(`${victim.url}/api/health/ready`)).status;

  it('that is slow makes it slower, and nothing else', async () => {
    const crew = await Crew.hire(victim);
    proxy.delay = 40;
    const work = crew.work();
    await crew.more(60);
    crew.end();
    await work;
    await allIsWell(crew);
  });

  it('that breaks again and again in the middle of the work is borne', async () => {
    const crew = await Crew.hire(victim);
    const work = crew.work();
    for (let cut = 1; cut <= 6; cut += 1) {
      await crew.more(20);
      proxy.cut();
    }
    await crew.more(20);
    crew.end();
    await work;
    await allIsWell(crew);
  });

  it('that is gone for a while is said to be, and service goes on by itself', async () => {
    const crew = await Crew.hire(victim);
    const work = crew.work();
    await crew.more(40);
    proxy.goAway();
    const left = pause(AWAY);
    expect(await ready()).toBe(503);
    expect((await fetch(`${victim.url}/api/health/live`)).status).toBe(200);
    await left;
    proxy.restore();
    await crew.more(40);
    expect(await ready()).toBe(200);
    crew.end();
    await work;
    console.log(
      `nothing was acknowledged for ${(crew.longestSilence() / 1000).toFixed(1)} s, of which ${AWAY / 1000} s away`,
    );
    expect(crew.longestSilence()).toBeLessThan(AWAY + 10_000);
    await allIsWell(crew);
  });
});
