import { describe, expect, it } from '@jest/globals';
import { readEnv } from './env';

const PRODUCTION = {
  NODE_ENV: 'production',
  JWT_SECRET: 'x'.repeat(32),
  MONGODB_URI: 'mongodb://db/qc?replicaSet=rs0',
};

describe('readEnv', () => {
  it('has a default for everything outside production', () => {
    expect(readEnv({})).toMatchObject({
      PORT: 5000,
      DATA_DIR: '.data',
      ORDER_LOCK_TTL: 120,
      PARTNER_CAPACITY: 1,
      BCRYPT_ROUNDS: 12,
    });
  });

  it.each([
    ['PORT', { PORT: 'five' }],
    ['PORT', { PORT: '70000' }],
    ['NODE_ENV', { NODE_ENV: 'prod' }],
    ['MONGODB_URI', { MONGODB_URI: 'localhost:27017' }],
    ['JWT_SECRET', { JWT_SECRET: 'short' }],
    ['ORDER_LOCK_TTL', { ORDER_LOCK_TTL: '0' }],
    ['RATE_LIMIT_ENABLED', { RATE_LIMIT_ENABLED: 'maybe' }],
    ['CORS_ORIGIN', { CORS_ORIGIN: 'shop.example' }],
    ['ADMIN_EMAIL', { ADMIN_EMAIL: 'nobody' }],
    ['JWT_SECRET', { ...PRODUCTION, JWT_SECRET: '' }],
    ['MONGODB_URI', { ...PRODUCTION, MONGODB_URI: '' }],
    ['BCRYPT_ROUNDS', { ...PRODUCTION, BCRYPT_ROUNDS: '9' }],
  ])('stops the start with one line that names %s', (name, source) => {
    expect(() => readEnv(source)).toThrow(new RegExp(`^${name} [^\\n]+$`));
  });
});
