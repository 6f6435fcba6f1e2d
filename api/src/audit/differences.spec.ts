import { describe, expect, it } from '@jest/globals';
import { differences } from './differences';

describe('differences', () => {
  it('are the fields that changed, as they were and as they are', () => {
    const before = { name: 'Tea', price: 100, tags: ['hot'], place: { lat: 1, lng: 2 } };
    const after = { name: 'Tea', price: 120, tags: ['hot'], place: { lat: 1, lng: 3 }, unit: '1 l' };
    expect(differences(before, after)).toEqual({
      before: { price: 100, place: { lat: 1, lng: 2 } },
      after: { price: 120, place: { lat: 1, lng: 3 }, unit: '1 l' },
    });
  });

  it('are none when nothing was changed, whatever else there was', () => {
    expect(differences({ name: 'Tea', price: 100 }, { name: 'Tea' })).toBeNull();
    expect(differences({ name: 'Tea' }, {})).toBeNull();
  });
});
