import { changesOf } from './audit-changes';
import { fieldName, wordsOf } from './audit-words';
import { deviceName, plainAddress } from './from-where';

describe('wordsOf', () => {
  it.each([
    ['order.cancelled', 'Order cancelled'],
    ['order.picked_up', 'Order picked up'],
    ['sign-in.failed', 'Sign-in failed'],
    ['email.verified', 'E-mail verified'],
    ['password.reset-requested', 'Password reset requested'],
    ['second-factor.on', 'Second factor switched on'],
    ['something.never-heard-of', 'Something never heard of'],
  ])('says %s as “%s”', (action, words) => expect(wordsOf(action)).toBe(words));
});

describe('changesOf', () => {
  it('says field by field what was and what is', () => {
    expect(changesOf({ before: { open: true, tags: ['a'] }, after: { open: false, tags: ['a', 'b'] } })).toEqual([
      { label: 'Open', before: 'yes', after: 'no' },
      { label: 'Tags', before: 'a', after: 'a, b' },
    ]);
  });

  it('leaves out what was not there and what says nothing, and keeps a zero', () => {
    expect(
      changesOf({ before: { stock: 0 }, after: { version: 7, stock: 5, unit: null, location: { lat: 1, lng: 2 } } }),
    ).toEqual([
      { label: 'Stock', before: '0', after: '5' },
      { label: 'Unit' },
      { label: 'Location', after: 'lat 1, lng 2' },
    ]);
  });

  it('writes amounts in the currency of the shop, once that is known', () => {
    const entry = { before: { price: 4500 }, after: { price: 4900 } };
    expect(changesOf(entry, 'INR')).toEqual([{ label: 'Price', before: '₹45.00', after: '₹49.00' }]);
    expect(changesOf(entry)).toEqual([{ label: 'Price', before: '4500', after: '4900' }]);
  });

  it('names fields in words', () => expect(fieldName('freeDeliveryFrom')).toBe('Free delivery from'));
});

describe('deviceName', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/153.0.0.0 Safari/537.36', 'Chrome on Linux'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/153.0 Safari/537.36 Edg/153.0', 'Edge on Windows'],
    ['Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/153.0 Mobile Safari/537.36', 'Chrome on Android'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1', 'Safari on iOS'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:150.0) Gecko/20100101 Firefox/150.0', 'Firefox on macOS'],
    ['curl/8.5.0', 'curl'],
    ['', 'Unknown'],
  ])('takes %s for %s', (userAgent, name) => expect(deviceName(userAgent)).toBe(name));
});

describe('plainAddress', () => {
  it.each([
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
  ])('writes %s as %s', (address, plain) => expect(plainAddress(address)).toBe(plain));
});
