import { randomInt } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U, so that a number can be read out on the phone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Such as `QC-7K3F9D`: one of 2^30 at random; a unique index is what makes it unique. */
export function newOrderNumber(): string {
  return `QC-${Array.from({ length: 6 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;
}
