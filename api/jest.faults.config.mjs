import config from './jest.config.mjs';

/** Kills, failovers and broken networks: minutes, one after the other. */
const [, integration] = config.projects;
export default {
  ...integration,
  displayName: 'faults',
  testRegex: '\\.fault-spec\\.ts$',
  maxWorkers: 1,
  testTimeout: 120_000,
  reporters: ['default', '<rootDir>/../tools/jest-counts.mjs'],
};
