import { describe, expect, it } from '@jest/globals';
import { Env, readEnv } from './env';
import { StartupError } from './startup-error';

const PRODUCTION = {
  NODE_ENV: 'production',
  JWT_SECRET: 'x'.repeat(32),
  FIELD_KEYS: `k1:${'A'.repeat(43)}=`,
  MONGODB_URI: 'mongodb://db/qc?replicaSet=rs0',
};

/** Every variable that the product reads, and what it must not be. */
const BAD: Record<string, string[]> = {
  NODE_ENV: ['prod', 'Production', ' '],
  PORT: ['five', '-1', '65536', '80.5', '5000 '.repeat(2), 'NaN', 'Infinity'],
  MONGODB_URI: ['localhost', 'http://db', 'mongodb:db', ' mongodb://db'],
  CORS_ORIGIN: ['shop.example', '*', 'https://shop.example ops.example', 'https://a.example,'],
  JWT_SECRET: ['x', 'x'.repeat(31)],
  JWT_SECRET_PREVIOUS: ['x'.repeat(31)],
  FIELD_KEYS: ['k1', 'k1:c2hvcnQ=', `k1:${'A'.repeat(44)}`, `a b:${'A'.repeat(43)}=`],
  ACCESS_TOKEN_TTL: ['9', '15m', '900.5', '-900'],
  REFRESH_TOKEN_TTL: ['59', '30d', '-1'],
  SESSION_MAX_TTL: ['59', '90d', '-1'],
  BCRYPT_ROUNDS: ['3', '17', 'many', '12.5'],
  UV_THREADPOOL_SIZE: ['0', '1025', 'all'],
  ORDER_LOCK_TTL: ['0', '-120', '2m', '1.5'],
  PARTNER_ABSENCE_TTL: ['0', '-30', '2m', '1.5'],
  PARTNER_CAPACITY: ['0', '21', 'one', '1.5'],
  ADMIN_EMAIL: ['owner', 'owner@', '@shop.example'],
  ADMIN_PASSWORD: ['short'],
  SMTP_URL: ['mail.example:465', 'https://mail.example', 'smtp://', 'smtp://mail example'],
  MAIL_FROM: ['QuickCommerce', 'a@b, c@d', 'Shop <a@b>\r\nBcc: c@d', 'a b@c'],
  PUBLIC_URL: ['shop.example', 'https://shop.example/app', 'https://user@shop.example', 'ftp://shop.example'],
  TRUST_PROXY: ['-1', 'yes', '0.5'],
  LOG_LEVEL: ['loud', 'INFO'],
  RATE_LIMIT_ENABLED: ['yes', '1', 'TRUE'],
};

function refusal(source: NodeJS.ProcessEnv): unknown {
  try {
    readEnv(source);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(Object.entries(BAD))('%s', (name, values) => {
  it.each(values)('as %j stops the start: one line with its name, what it must be and an example', (value) => {
    const error = refusal({ [name]: value });
    expect(error).toBeInstanceOf(StartupError);
    const { message } = error as StartupError;
    expect(message).toMatch(new RegExp(`^${name} must be [^\\n]+$`));
    expect(message).toMatch(/e\.g\.|one of|true or false|development, test or production|at least 8/);
  });

  if (/SECRET|PASSWORD|KEYS/.test(name)) {
    it('is not written into a log when it is refused', () => {
      const value = 'hunter2';
      expect((refusal({ [name]: value }) as StartupError).message).not.toContain(value);
    });
  }

  it('is not read as given when it is empty: that is unset', () => {
    expect(readEnv({ [name]: '' })).toEqual(readEnv({}));
  });
});

describe('the environment', () => {
  it('is typed as it is used', () => {
    const given = { PORT: '5001', RATE_LIMIT_ENABLED: 'false', ORDER_LOCK_TTL: '60', TRUST_PROXY: '2' };
    expect(readEnv(given)).toMatchObject({ PORT: 5001, RATE_LIMIT_ENABLED: false, ORDER_LOCK_TTL: 60, TRUST_PROXY: 2 });
  });

  it('takes no notice of what is somebody else’s', () => {
    expect(readEnv({ HOME: '/root', production: 'true', constructor: 'x' })).toEqual(new Env());
  });

  it('of production must say where the data is, what signs the tokens and what seals, and nothing else', () => {
    expect(readEnv(PRODUCTION)).toMatchObject({ production: true, BCRYPT_ROUNDS: 12, RATE_LIMIT_ENABLED: true });
    for (const name of ['JWT_SECRET', 'FIELD_KEYS', 'MONGODB_URI']) {
      const message = expect.stringMatching(new RegExp(`^${name} is required`)) as unknown;
      expect(refusal({ ...PRODUCTION, [name]: '' })).toMatchObject({ message });
    }
  });

  it('with a mail server must say who writes, and in production also where its links lead', () => {
    const SMTP_URL = 'smtps://user:secret@mail.example:465';
    const message = (text: string): object => ({ message: expect.stringContaining(text) as unknown });
    expect(refusal({ SMTP_URL })).toMatchObject(message('MAIL_FROM is required with SMTP_URL'));
    const mail = { SMTP_URL, MAIL_FROM: 'QuickCommerce <no-reply@shop.example>' };
    expect(readEnv({ ...mail, PORT: '5001' }).publicUrl).toBe('http://localhost:5001');
    expect(refusal({ ...PRODUCTION, ...mail })).toMatchObject(message('PUBLIC_URL is required in production'));
    expect(readEnv({ ...PRODUCTION, ...mail, PUBLIC_URL: 'https://shop.example/' }).publicUrl).toBe(
      'https://shop.example',
    );
  });

  it('of production hashes no password cheaply', () => {
    expect(readEnv({ ...PRODUCTION, BCRYPT_ROUNDS: '10' }).BCRYPT_ROUNDS).toBe(10);
    expect(refusal({ ...PRODUCTION, BCRYPT_ROUNDS: '9' })).toBeInstanceOf(StartupError);
    expect(readEnv({ BCRYPT_ROUNDS: '4' }).BCRYPT_ROUNDS).toBe(4);
  });
});
