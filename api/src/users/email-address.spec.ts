import { describe, expect, it } from '@jest/globals';
import { isEmail } from 'class-validator';
import { normalizeEmail } from './email-address';

describe('an e-mail address', () => {
  it.each([
    [' Nina@Test.EXAMPLE\n', 'nina@test.example'],
    ['nina+shop@test.example', 'nina+shop@test.example'],
    ['ni.na@test.example', 'ni.na@test.example'],
    // composed or not, full width or not, with the Kelvin sign or a k
    ['ju\u0308rgen@test.example', 'j\u00fcrgen@test.example'],
    ['\uff4e\uff49\uff4e\uff41@test.example', 'nina@test.example'],
    ['\u212aim@test.example', 'kim@test.example'],
    ['nina@M\u00fcnchen.example', 'nina@xn--mnchen-3ya.example'],
    ['nina@xn--mnchen-3ya.example', 'nina@xn--mnchen-3ya.example'],
    ['nina@te\u00adst.example', 'nina@test.example'],
    ['nina\uff20test.example', 'nina@test.example'],
  ])('%j is %j', (typed, normal) => {
    expect(normalizeEmail(typed)).toBe(normal);
    expect(normalizeEmail(normal)).toBe(normal);
    expect(isEmail(normal)).toBe(true);
  });

  it.each([
    'nina',
    '@test.example',
    'nina@',
    'nina@test.example/else',
    'nina@test.example?x',
    'nina@test.example#x',
    'nina@test.example\\x',
    'nina@te%73t.example',
    'nina@test.example:25',
    'nina@[::1]',
    'nina@127.1',
    'nina@test.example@other.example',
    'nina@te st.example',
    `${'x'.repeat(400)}@test.example`,
    '',
  ])('%j is not made into one', (typed) => {
    expect(isEmail(normalizeEmail(typed))).toBe(false);
  });
});
