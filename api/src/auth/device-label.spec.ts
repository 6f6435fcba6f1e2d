import { describe, expect, it } from '@jest/globals';
import { deviceLabel } from './device-label';

const chrome = 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0';

describe('the name of a device', () => {
  it.each([
    [`${chrome} Mobile Safari/537.36`, 'Chrome on Android'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15',
      'Safari on macOS',
    ],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0', 'Firefox on Windows'],
    ['curl/8.1.2', 'Unknown device'],
    ['<img src=x onerror=alert(1)>/1.0 (x)', 'Unknown device'],
    ['Your session has ended, call +1 555 0100/1.0 now', 'Unknown device'],
    ['', 'Unknown device'],
    [undefined, 'Unknown device'],
  ])('of %j is %j', (userAgent, label) => {
    expect(deviceLabel(userAgent)).toBe(label);
  });
});
