import { TestBed } from '@angular/core/testing';
import { PartnerStore } from './partner-store';
import { PositionSharing } from './position-sharing';
import { fakeWorld, myOrder, settled } from './testing';

async function setUp({ permission = 'granted', delivering = true } = {}) {
  const world = fakeWorld();
  const active = delivering ? [myOrder('a', 5)] : [];
  world.server.delivering.mockResolvedValue({ active, past: [] });
  let found: (position: object) => void = () => undefined;
  let failed: (error: object) => void = () => undefined;
  const geolocation = {
    watchPosition: jest.fn((success: typeof found, failure: typeof failed) => {
      [found, failed] = [success, failure];
      return 7;
    }),
    clearWatch: jest.fn((_id: number) => undefined),
  };
  const permissions = { query: () => Promise.resolve({ state: permission }) };
  Object.defineProperty(navigator, 'geolocation', { value: geolocation, configurable: true });
  Object.defineProperty(navigator, 'permissions', { value: permissions, configurable: true });
  TestBed.configureTestingModule({ providers: [PartnerStore, PositionSharing, ...world.providers] });
  const sharing = TestBed.inject(PositionSharing);
  await settled();
  await settled();
  const coords = { latitude: 12.9, longitude: 77.6, accuracy: 8, heading: NaN, speed: null };
  return {
    ...world,
    sharing,
    geolocation,
    partner: TestBed.inject(PartnerStore),
    be: (timestamp: number) => found({ coords, timestamp }),
    refuse: () => failed({ code: 1 }),
  };
}

describe('PositionSharing', () => {
  it('shares at most one place in five seconds, without what the phone does not know', async () => {
    const { sharing, server, be } = await setUp();
    for (const at of [0, 2000, 4999, 5000, 9000, 10_000]) be(at);
    expect(sharing.state()).toBe('on');
    expect(server.ask.mock.calls.map(([, point]) => point)).toEqual(
      [0, 5000, 10_000].map((at) => ({ lat: 12.9, lng: 77.6, at: new Date(at).toISOString(), accuracy: 8 })),
    );
  });

  it('shares nothing while no delivery is under way', async () => {
    const { sharing, geolocation } = await setUp({ delivering: false });
    expect([sharing.state(), geolocation.watchPosition.mock.calls.length]).toEqual(['off', 0]);
  });

  it('stops when the partner goes offline', async () => {
    const { partner, sharing, geolocation } = await setUp();
    await partner.setAvailable(false);
    await settled();
    expect([sharing.state(), geolocation.clearWatch.mock.calls]).toEqual(['off', [[7]]]);
  });

  it('lets the browser ask only after a tap', async () => {
    const { sharing, geolocation } = await setUp({ permission: 'prompt' });
    expect([sharing.state(), geolocation.watchPosition.mock.calls.length]).toEqual(['waiting', 0]);
    sharing.allow();
    expect([sharing.state(), geolocation.watchPosition.mock.calls.length]).toEqual(['searching', 1]);
  });

  it('says that it was refused, and nothing else changes', async () => {
    const { sharing, partner, refuse } = await setUp();
    refuse();
    expect([sharing.state(), partner.active().length]).toEqual(['refused', 1]);
  });
});
