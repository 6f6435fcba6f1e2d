import { navigationLink } from './navigation-link';

const place = { street: '5 Park Lane', city: 'Bengaluru', location: { lat: 12.98, lng: 77.65 } };

describe('navigationLink', () => {
  it.each([
    ['an Android phone', 'Android 16', place, 'geo:12.98,77.65?q=12.98%2C77.65'],
    ['another device', 'iPhone', place, 'https://www.google.com/maps/dir/?api=1&destination=12.98%2C77.65'],
    ['a phone, without a location', 'Android 16', { street: '5 Park Lane' }, 'geo:0,0?q=5%20Park%20Lane'],
  ])('hands the place over to %s', (_device, agent, to, link) => {
    expect(navigationLink(to, agent)).toBe(link);
  });
});
