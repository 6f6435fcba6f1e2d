/** `npm run test:mutation`: the rules that money and order moves rest on. A rule that can be broken unnoticed is not tested. */
export default {
  packageManager: 'npm',
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { configFile: 'api/jest.mutation.config.mjs' },
  mutate: [
    'api/src/orders/domain/{transitions,pricing,rounding,cancellation}.ts',
    'api/src/ledger/domain/postings.ts',
    'libs/contracts/src/order-moves.ts',
  ],
  coverageAnalysis: 'perTest',
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
  concurrency: 2,
  tempDirName: 'test-results/stryker',
  ignorePatterns: ['dist', 'coverage', 'test-results', '.nx', '.data', '.angular', '.scratch', 'web', 'e2e', 'docs'],
};
