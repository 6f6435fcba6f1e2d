import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { brokenPromises } from '../support/invariants';
import { LiveView } from '../support/live-view';
import { Nginx, NO_NGINX } from '../support/nginx';
import { RedisServer } from '../support/redis-server';
import { ReplicaSet } from '../support/replica-set';
import { Victim } from '../support/victim';
import { blindSpots, Crew } from './crew';

if (NO_NGINX) console.warn(`chaos is not tried: ${NO_NGINX}`);

/** Milliseconds in which work goes on after each of these. */
const BOUND = 15_000;
/** Milliseconds that each person rests between two things, so that the proxy does not take them for a machine. */
const PACE = 150;

(NO_NGINX ? describe.skip : describe)('two processes over Redis and three members of MongoDB, behind the proxy', () => {
  let set: ReplicaSet;
  let redis: RedisServer;
  let replicas: [Victim, Victim];
  let nginx: Nginx;
  beforeAll(async () => {
    [set, redis] = await Promise.all([ReplicaSet.start(), RedisServer.start()]);
    const more = { REDIS_URL: redis.url, TRUST_PROXY: '1', DRAIN_SECONDS: '2' };
    const first = await Victim.prepare({ uri: set.uri('qc_chaos'), more });
    replicas = [first, await first.twin()];
    await Promise.all(replicas.map((one) => one.start()));
    nginx = await Nginx.before(replicas.map(({ url }) => url));
  }, 120_000);
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    for (const one of replicas?.toReversed() ?? []) await one.end();
    await redis?.kill();
    await set?.stop();
  }, 60_000);

  it('whatever is killed: work goes on by itself, nothing acknowledged is lost, every client catches up', async () => {
    const crew = await Crew.hire(nginx, { pace: PACE });
    const phones = [...crew.customers, ...crew.partners].map((person) => ({ person, view: new LiveView(person) }));
    await Promise.all(phones.map(({ view }) => view.stayConnected()));
    const work = crew.work();
    const lines: string[] = [];

    /** Does it under load, and waits until work has gone on for a while. */
    const strike = async (what: string, blow: () => Promise<unknown>): Promise<void> => {
      await crew.more(20);
      const before = { ...crew.counts, acknowledged: crew.acknowledged.length };
      await blow();
      await crew.more(20);
      const silence = crew.longestSilence(before.acknowledged - 1);
      const turnedAway = crew.counts.turnedAway - before.turnedAway;
      const share = (100 * turnedAway) / (crew.counts.answered - before.answered + turnedAway);
      lines.push(
        `${what}: ${share.toFixed(1)} % turned away, nothing acknowledged for ${(silence / 1000).toFixed(1)} s`,
      );
      expect(silence).toBeLessThan(BOUND);
    };
    const again = async (replica: Victim): Promise<void> => {
      await replica.kill();
      await replica.start();
    };

    await strike('kill -9 of one API process', () => again(replicas[0]));
    await strike('kill -9 of Redis', async () => {
      await redis.kill();
      await crew.more(20);
      await redis.resume();
    });
    await strike('kill -9 of the primary', () => set.killPrimary());
    await strike('reload of the proxy', () => nginx.reload());
    await strike('both processes rolled, one after the other', async () => {
      for (const replica of replicas) {
        replica.signal('SIGTERM');
        expect(await replica.ended()).toBe(0);
        await replica.start();
      }
    });
    crew.end();
    await work;
    console.log([`${crew.acknowledged.length} acknowledged`, ...lines].join('\n'));

    expect(crew.faults).toEqual([]);
    expect(await brokenPromises(replicas[0].database, crew.initialStock, 1)).toEqual([]);
    expect(await crew.lost(replicas[0].database)).toEqual([]);
    for (const { person, view } of phones) {
      // who was away hears of what came meanwhile out of turn: what counts is what is shown in the end
      view.gaps.length = 0;
      expect(await blindSpots(person, view)).toEqual([]);
      view.disconnect();
    }
  }, 180_000);
});
