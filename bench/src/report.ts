import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { median, type Pair, type Round } from './figures.ts';

/** What a path is held against, and the ratio that it is to reach. */
export interface Goal {
  floor: string;
  figure: 'rate' | 'p50' | 'p99';
  goal: string;
  holds: (ratio: number) => boolean;
}

export interface Result {
  path: string;
  goal: Goal;
  rounds: Pair[];
}

/** Ours to the floor, of each round. */
export function ratios({ goal: { figure }, rounds }: Result): number[] {
  return rounds.map(({ ours, floor }) => ours[figure] / floor[figure]);
}

export function line({ rate, p50, p99 }: Round): string {
  return `${rate.toFixed(0)}/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
}

/** Keeps the figures as JSON and as the page that people read. */
export function report(results: readonly Result[], root: URL): void {
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`;
  const taken = new Date().toISOString().slice(0, 10);
  mkdirSync(new URL('bench/results/', root), { recursive: true });
  const figures = results.map((result) => ({ path: result.path, ratios: ratios(result), rounds: result.rounds }));
  writeFileSync(
    new URL('bench/results/latest.json', root),
    `${JSON.stringify({ taken, machine, paths: figures }, null, 2)}\n`,
  );
  writeFileSync(new URL('docs/performance.md', root), page(results, machine, taken));
}

function page(results: readonly Result[], machine: string, taken: string): string {
  const rows = results.map((result) => {
    const { path, goal, rounds } = result;
    const all = ratios(result);
    const span = `${Math.min(...all).toFixed(2)}–${Math.max(...all).toFixed(2)}`;
    const figure = (side: 'ours' | 'floor', key: keyof Round): string => {
      const value = median(rounds.map((pair) => pair[side][key]));
      return key === 'rate' ? value.toFixed(0) : value.toFixed(1);
    };
    const side = (which: 'ours' | 'floor'): string =>
      `${figure(which, 'rate')}/s · ${figure(which, 'p50')} · ${figure(which, 'p99')}`;
    const met = goal.holds(median(all)) ? 'yes' : 'no';
    return `| ${path} | ${goal.floor} | ${side('ours')} | ${side('floor')} | **${median(all).toFixed(2)}** (${span}) | ${goal.goal} | ${met} |`;
  });
  return `<!-- Written by \`npm run bench\`. -->
# Performance

Taken on ${taken} with \`npm run bench\` on ${machine}, shared with other work: the ratios are what counts, the absolute figures are this
machine's. Each round runs our side and then the floor, over the same documents; the median of ${results[0]?.rounds.length ?? 0} rounds is shown, and in brackets the lowest and the highest.

| path | floor | ours: rate · p50 · p99 (ms) | floor: rate · p50 · p99 (ms) | ratio | goal | reached |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

- **Ours** is the built product in a process of its own, reached over HTTP by 32 clients at once with keep-alive: token, session, role, validation, idempotency
  key, transaction with a majority commit, answer, and the events to their rooms. Database, product and clients share the machine's cores.
- **The bare driver** writes the documents that ours has just written, one transaction an order, 32 at once, into collections with the same indexes: no HTTP, no check,
  no answer, nobody told. One hot product makes its transactions fight for one document; ours share commits there ([ADR 11](adr/0011-orders-share-a-commit.md)).
- **Commit → client** is the time from the return of the commit in the server to the event in the customer's socket, in another process; its floor is a bare Socket.IO
  server that emits the same object to a room of one. Lower is better.

Every round is in \`bench/results/latest.json\`. \`npm run bench -- --short\` takes half a minute, \`npm run bench -- accept\` one path.
`;
}
