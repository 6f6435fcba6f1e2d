import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { FieldEncryption, type Place, SealBroken, type Sealed } from './field-encryption';
import { newFieldKeys } from './field-keys';
import { StartupError } from './startup-error';

const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const [OLD, NEW] = [key('old'), key('new')];
const PLACE: Place = { collection: 'users', field: 'profile.phone', id: 'a1' };
const PHONE = '+91 98450 10001';

/** The same, with one bit of the box turned over. */
function flipped({ kid, box }: Sealed, at: number): Sealed {
  const bytes = Buffer.from(box.value());
  bytes[at] = bytes[at]! ^ 1;
  return { kid, box: new mongoose.mongo.Binary(bytes) };
}

describe('a sealed value', () => {
  const fields = new FieldEncryption(OLD);
  const sealed = fields.seal(PHONE, PLACE);

  it.each([[PHONE], [{ street: '5 Park Lane', location: { lat: 12.97, lng: 77.59 } }], ['नमस्ते 🙂'], ['']])(
    'opens as it was: %j',
    (value) => expect(fields.open(fields.seal(value, PLACE), PLACE)).toEqual(value),
  );

  it('says which key it needs, and is nonce, ciphertext and tag, no longer than that', () => {
    expect(sealed.kid).toBe('old');
    expect(sealed.box.length()).toBe(12 + JSON.stringify(PHONE).length + 16);
    expect(Buffer.from(sealed.box.value()).toString('latin1')).not.toContain('98450');
  });

  it('is another one each time: equal values do not show', () => {
    const boxes = Array.from({ length: 1000 }, () => fields.seal(PHONE, PLACE).box.toString('hex').slice(0, 24));
    expect(new Set(boxes).size).toBe(1000);
  });

  it('with any bit of nonce, text or tag turned over does not open', () => {
    for (let at = 0; at < sealed.box.length(); at += 1) {
      expect(() => fields.open(flipped(sealed, at), PLACE)).toThrow(SealBroken);
    }
  });

  it('that is cut short does not open', () => {
    for (const length of [0, 11, 12, 27, sealed.box.length() - 1]) {
      const box = new mongoose.mongo.Binary(sealed.box.value().subarray(0, length));
      expect(() => fields.open({ ...sealed, box }, PLACE)).toThrow(SealBroken);
    }
  });

  it.each<[string, Partial<Place>]>([
    ['another person', { id: 'a2' }],
    ['another field', { field: 'profile.fax' }],
    ['another collection', { collection: 'partners' }],
  ])('that was moved to %s does not open', (_where, other) => {
    expect(() => fields.open(sealed, { ...PLACE, ...other })).toThrow(/users|partners/);
  });

  it('says so when its key is not here, and when another one has its name', () => {
    expect(() => new FieldEncryption(NEW).open(sealed, PLACE)).toThrow(
      'users.profile.phone/a1 is sealed with key "old", which FIELD_KEYS lacks',
    );
    expect(() => new FieldEncryption(key('old')).open(sealed, PLACE)).toThrow(SealBroken);
  });

  it('opens by an old key while the first one seals', () => {
    const rotated = new FieldEncryption(`${NEW}, ${OLD}`);
    expect(rotated.open(sealed, PLACE)).toBe(PHONE);
    expect(rotated.seal(PHONE, PLACE).kid).toBe('new');
  });
});

describe('a value from before it was sealed', () => {
  it('is given back as it is', () => {
    expect(new FieldEncryption(OLD).open({ street: '5 Park Lane' }, PLACE)).toEqual({ street: '5 Park Lane' });
  });
});

describe('a text’s mac', () => {
  it('is told by whoever has the key it was made with, the current one or an old one', () => {
    const mac = new FieldEncryption(OLD).mac('body');
    expect(new FieldEncryption(`${NEW},${OLD}`).isMacOf(mac, 'body')).toBe(true);
    expect(new FieldEncryption(OLD).isMacOf(mac, 'other body')).toBe(false);
    expect(new FieldEncryption(NEW).isMacOf(mac, 'body')).toBe(false);
  });
});

describe('FIELD_KEYS', () => {
  it.each([['', 'k1', 'k1:c2hvcnQ=', `${OLD};${NEW}`, `a b:${'A'.repeat(43)}=`, `${OLD},${key('old')}`]].flat())(
    'as %j is refused, in one line without the key',
    (text) => {
      const refusal = (): FieldEncryption => new FieldEncryption(text);
      expect(refusal).toThrow(StartupError);
      expect(refusal).toThrow(/^FIELD_KEYS must (be|give)[^\n]+$/);
      expect(refusal).not.toThrow(OLD.slice(4, 20));
    },
  );

  it('that were made at random are good, and never the same', () => {
    const [one, other] = [newFieldKeys(), newFieldKeys()];
    expect(new FieldEncryption(`${one},${other}`).current).toBe(one.split(':')[0]);
    expect(one.split(':')[0]).not.toBe(other.split(':')[0]);
  });
});
