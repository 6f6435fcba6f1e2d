import { describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import { newTotpSecret, timeStepOf, totpUri } from './totp';

/** The secret and the last six digits of the values of RFC 6238, appendix B (SHA-1). */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const RFC_CODES: [seconds: number, code: string][] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
];
const at = (seconds: number): Date => new Date(seconds * 1000);

describe('a code of an authenticator app', () => {
  it.each(RFC_CODES)('at %d s is the one of RFC 6238', (seconds, code) => {
    expect(timeStepOf(code, RFC_SECRET, at(seconds))).toBe(Math.floor(seconds / 30));
  });

  it('is good in its own 30 s, and in those before and after', () => {
    const begin = 1_200_000_000;
    const code = generateSync({ secret: RFC_SECRET, epoch: begin });
    const step = begin / 30;
    const found = [-31, -30, -1, 0, 29, 30, 59, 60].map((offset) => timeStepOf(code, RFC_SECRET, at(begin + offset)));
    expect(found).toEqual([null, step, step, step, step, step, step, null]);
  });

  it.each(['', '28708', '2870822', '287 082', '28708a', '٢٨٧٠٨٢', '000000'])('is not %j', (code) => {
    expect(timeStepOf(code, RFC_SECRET, at(59))).toBeNull();
  });
});

describe('a secret', () => {
  it('is 160 bits, another one each time', () => {
    const secrets = Array.from({ length: 20 }, newTotpSecret);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(new Set(secrets).size).toBe(20);
  });

  it('goes into an app with the account’s name, whatever that holds', () => {
    const uri = new URL(totpUri(RFC_SECRET, 'a&secret=x#y@shop.example'));
    expect([uri.protocol, uri.host, uri.searchParams.get('secret'), uri.searchParams.get('issuer'), uri.hash]).toEqual([
      'otpauth:',
      'totp',
      RFC_SECRET,
      'QuickCommerce',
      '',
    ]);
  });
});
