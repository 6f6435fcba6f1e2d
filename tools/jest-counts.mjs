// A jest reporter: leaves the counts in test-results/counts/<project>.json, where `npm test` adds them up. A file, so that
// a run replayed from Nx's cache counts too.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../test-results/counts');

export default class JestCounts {
  constructor(config) {
    this.project = basename(config.rootDir);
  }

  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      // a suite that could not run has no tests to count
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    };
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, `${this.project}.json`), JSON.stringify(counts));
  }
}
