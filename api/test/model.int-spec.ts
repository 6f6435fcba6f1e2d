import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anything, type Command, type Model } from './model/commands';
import type { State } from './model/state';
import { World } from './model/world';

/** `MODEL_PATH` leads to one sequence of commands; a failure says which. */
const { MODEL_RUNS = '40', MODEL_SEED = '20261123', MODEL_PATH, MODEL_TALLY } = process.env;
const MOST_COMMANDS = 70;
/** Milliseconds in which a failure is made smaller. */
const SHRINKING = 60_000;
/** How often a path is walked: what crossed may cross otherwise the next time. */
const REPLAYS = 20;
/** Milliseconds. */
const LIMIT = 2 * SHRINKING + Number(MODEL_RUNS) * 5000;
const REPLAY = 'npx jest -c api/jest.config.mjs --selectProjects integration --testPathPatterns model.int';

type Sequence = [opening: State['opening'], commands: Iterable<Command>];

describe('the shop against a model of the contract', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world.close());

  it(
    'answers whatever anybody asks, in any order and at the same moment, as the contract allows',
    async () => {
      const tally = new Map<string, number>();
      let failedAt: number | undefined;
      let replayed = false;
      // what a shrunk failure is found by: which run, and which of its commands count
      const [path, replayPath] = MODEL_PATH?.split('@') ?? [];
      const openings = fc.constantFrom<State['opening']>('ready', 'ready', 'confirmed', 'pending');
      const limits = { maxCommands: MOST_COMMANDS, size: 'max', ...(replayPath && { replayPath }) } as const;
      const commands = fc.noBias(fc.commands<Model, World, false>(anything, limits));
      const property = fc.asyncProperty(openings, commands, async (opening, sequence) => {
        // a path leads to one; beyond it fast-check would go on to those beside it
        if (path && replayed) return;
        replayed = true;
        // small enough: what is tried from here on is taken to go well, and so ends the search
        if (failedAt !== undefined && performance.now() > failedAt + SHRINKING) return;
        try {
          for (let time = 0; time < (path ? REPLAYS : 1); time += 1) {
            const model: Model = { candidates: [await world.begin(opening)], serial: 0, keyed: [], tally };
            await fc.asyncModelRun(() => ({ model, real: world }), sequence);
            expect(await world.faults(model.candidates)).toEqual([]);
          }
        } catch (error) {
          failedAt ??= performance.now();
          throw error;
        }
      });
      const run = await fc.check<Sequence>(property, {
        numRuns: Number(MODEL_RUNS),
        seed: Number(MODEL_SEED),
        ...(path && { path, endOnFailure: true }),
      });
      if (run.failed) throw new Error(explain(run));
      const answers = [...tally.values()].reduce((sum, count) => sum + count, 0);
      process.stderr.write(`model: ${run.numRuns} runs, ${answers} answers, seed ${run.seed}\n`);
      if (MODEL_TALLY) for (const [outcome, count] of [...tally].sort()) process.stderr.write(`${outcome}: ${count}\n`);
      if (!path && Number(MODEL_RUNS) >= 40) expect(REACHED.filter((outcome) => !tally.has(outcome))).toEqual([]);
    },
    LIMIT,
  );
});

/** What a run of this length comes by; without these it would have looked at nothing. */
const REACHED = [
  'accept 200',
  'accept 200 again',
  'accept 409 PARTNER_BUSY',
  'accept 423 ORDER_LOCKED',
  'assign 200',
  'cancel 200',
  'lock 200',
  'move 200',
  'move 200 again',
  'move 412 VERSION_MISMATCH',
  'place 201',
  'place 201 again',
  'place 402 PAYMENT_FAILED',
  'place 409 OUT_OF_STOCK',
  'rate 200',
  'release 200',
  'reorder 201',
  'unassign 200',
];

/** What went wrong, the commands that lead there, and the line that runs them again. */
function explain({ seed, counterexamplePath, counterexample, errorInstance }: fc.RunDetails<Sequence>): string {
  const [opening, commands] = counterexample!;
  const which = /replayPath="([^"]*)"/.exec(fc.stringify(commands))?.[1] ?? '';
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  // those that had nothing to be asked of were passed by
  const steps = [...commands].filter((step) => (step as { hasRan?: boolean }).hasRan !== false).map(String);
  const line = `MODEL_SEED=${seed} MODEL_PATH='${counterexamplePath}@${which}' NODE_OPTIONS=--experimental-vm-modules ${REPLAY}`;
  return `${reason}\n\nin a shop whose orders open as ${opening}, after\n  ${steps.join('\n  ')}\n\nto replay: ${line}`;
}
