import config from './jest.config.mjs';

/** Kills, failovers and broken networks: minutes, one after the other. */
const [, integration] = config.projects;
export default {
  ...integration,
  displayName: 'faults',
  testRegex: '\\.fault-spec\\.ts$',
  maxWorkers: 1,
  testTimeout: 120_000,
  // a crew whose test failed may still wait for an answer
  forceExit: true,
  reporters: ['default', '<rootDir>/../tools/jest-counts.mjs'],
};
