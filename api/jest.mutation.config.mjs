import config from './jest.config.mjs';

/** The pure rules only: what StrykerJS breaks, and the specs that are to notice. */
const [unit] = config.projects;
export default {
  ...unit,
  displayName: 'mutation',
  roots: ['<rootDir>/src/orders/domain', '<rootDir>/src/ledger/domain', '<rootDir>/../libs/contracts/src'],
};
