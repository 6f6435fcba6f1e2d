// npm run bench [-- --short] [accept | place | commit …]: each path against a floor taken in the same run.
import { parseArgs } from 'node:util';
import type { Pair } from './figures.ts';
import { Floor } from './floor.ts';
import { LivePath } from './live.ts';
import { OrderPaths } from './orders.ts';
import { Child, startDatabase } from './processes.ts';
import { type Goal, line, ratios, report, type Result } from './report.ts';
import { startRedis } from './redis.ts';
import { Shop } from './shop.ts';

const { values, positionals } = parseArgs({ options: { short: { type: 'boolean' } }, allowPositionals: true });
const [rounds, count] = values.short ? [3, 150] : [9, 400];
const atLeast = (figure: number): Pick<Goal, 'figure' | 'goal' | 'holds'> => ({
  figure: 'rate',
  goal: `≥ ${figure}`,
  holds: (ratio) => ratio >= figure,
});

const database = await startDatabase();
const redis = await startRedis();
const environment = {
  NODE_ENV: 'test',
  MONGODB_URI: database.uri,
  JWT_SECRET: 'a secret of the bench that is long enough',
  FIELD_KEYS: 'bench:dGhlIGtleSBvZiB0aGUgdGVzdHMgaXMgMzIgYnl0ZXM=',
  BCRYPT_ROUNDS: '4',
  RATE_LIMIT_ENABLED: 'false',
  LOG_LEVEL: 'warn',
  REDIS_URL: redis.url,
};
const host = await Child.start('./host.ts', environment);
const beside = await Child.start('./host.ts', environment);
const shop = new Shop(host.url);
const floor = await Floor.open(database.uri);
const orders = await OrderPaths.prepare(shop, floor, count);
const live = await LivePath.prepare(shop, host);

const PATHS: { path: string; goal: Goal; run: (count: number) => Promise<Pair> }[] = [
  { path: 'accept an order', goal: { floor: 'bare driver', ...atLeast(0.8) }, run: (n) => orders.accept(n) },
  {
    path: 'place an order, spread products',
    goal: { floor: 'bare driver', ...atLeast(0.7) },
    run: (n) => orders.placeSpread(n),
  },
  {
    path: 'place an order, one hot product',
    goal: { floor: 'ours, spread products', ...atLeast(0.5) },
    run: async (n) => ({ ours: (await orders.placeHot(n)).ours, floor: (await orders.placeSpread(n)).ours }),
  },
  {
    path: 'place an order, one hot product, against the driver',
    goal: { floor: 'bare driver, same product', ...atLeast(1) },
    run: (n) => orders.placeHot(n),
  },
  {
    path: 'commit → client',
    goal: { floor: 'bare Socket.IO', figure: 'p99', goal: 'p99 ≤ 2 ×', holds: (ratio) => ratio <= 2 },
    run: (n) => live.accept(n, () => floor.freePartners()),
  },
  {
    path: 'processes: commit → client of another process',
    goal: { floor: 'ours, of the same process', figure: 'p50', goal: 'p50 ≤ 3 ×', holds: (ratio) => ratio <= 3 },
    run: (n) => live.acrossProcesses(n, beside, () => floor.freePartners()),
  },
];

const results: Result[] = PATHS.filter(
  ({ path }) => !positionals.length || positionals.some((name) => path.startsWith(name)),
).map(({ path, goal }) => ({ path, goal, rounds: [] }));
for (let round = 0; round <= rounds; round += 1) {
  for (const result of results) {
    const { run } = PATHS.find(({ path }) => path === result.path)!;
    const warmUp = round === 0;
    const pair = await run(warmUp ? Math.ceil(count / 4) : count);
    console.log(
      `${warmUp ? 'warm-up' : `round ${round}`}  ${result.path}: ${line(pair.ours)} | floor: ${line(pair.floor)}`,
    );
    if (!warmUp) result.rounds.push(pair);
  }
}
for (const result of results) {
  const all = ratios(result);
  console.log(`${result.path}: ${all.map((ratio) => ratio.toFixed(2)).join(' ')}  (goal ${result.goal.goal})`);
}
// the page is of a whole run
if (!values.short && !positionals.length) report(results, new URL('../../', import.meta.url));
await live.stop();
await Promise.all([host.stop(), beside.stop()]);
redis.stop();
await floor.close();
await database.stop();
