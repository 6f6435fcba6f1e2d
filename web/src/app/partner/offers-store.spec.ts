import { TestBed } from '@angular/core/testing';
import type { Order, OrderLock, OrderPage } from '@qc/contracts';
import { ProblemError } from '../core/problem';
import { OffersStore } from './offers-store';
import { PartnerStore } from './partner-store';
import { anOrder, fakeWorld, pending, settled } from './testing';

const IN_A_MINUTE = new Date(Date.now() + 60_000).toISOString();

async function setUp(items: Order[] = [], { available = true } = {}) {
  const world = fakeWorld({ available });
  const page = (orders: Order[]): OrderPage => ({ items: orders, nextCursor: null });
  world.server.unassigned.mockResolvedValue(page(items));
  TestBed.configureTestingModule({ providers: [PartnerStore, OffersStore, ...world.providers] });
  const store = TestBed.inject(OffersStore);
  await settled();
  const open = () => store.open().map(({ id }) => id);
  const answerWith = (orders: Order[]) => world.server.unassigned.mockResolvedValue(page(orders));
  return { ...world, store, partner: TestBed.inject(PartnerStore), open, page, answerWith };
}

describe('OffersStore', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const later = async (milliseconds: number): Promise<void> => {
    await jest.advanceTimersByTimeAsync(milliseconds);
    await settled();
  };

  it('asks for nothing and shows nothing while the partner is offline', async () => {
    const { server, store } = await setUp([anOrder('a', 1)], { available: false });
    expect([server.unassigned.mock.calls.length, store.cards()]).toEqual([0, []]);
  });

  it('reads the cards when going online, and puts them away when going offline', async () => {
    const { partner, open } = await setUp([anOrder('a', 1)], { available: false });
    await partner.setAvailable(true);
    await settled();
    expect(open()).toEqual(['a']);
    await partner.setAvailable(false);
    await settled();
    expect(open()).toEqual([]);
  });

  it('shows a new card, and reads once for several that come at once', async () => {
    const { server, send, store, open, answerWith } = await setUp([anOrder('a', 1)]);
    answerWith([anOrder('a', 1), anOrder('b', 1), anOrder('c', 1)]);
    const before = server.unassigned.mock.calls.length;
    send('newOrderAvailable', { orderId: 'b' });
    send('newOrderAvailable', { orderId: 'c' });
    await later(200);
    expect([open(), server.unassigned.mock.calls.length - before]).toEqual([['a', 'b', 'c'], 1]);
    expect(store.arrived().map(({ id }) => id)).toEqual(['b', 'c']);
  });

  it('announces nothing that was there before the partner came', async () => {
    const { store } = await setUp([anOrder('a', 1)]);
    expect(store.arrived()).toEqual([]);
  });

  it.each([
    ['orderAssigned', 'taken'],
    ['orderWithdrawn', 'withdrawn'],
  ] as const)('lets a card go on %s: seen going, gone within a second', async (event, why) => {
    const { send, store, open } = await setUp([anOrder('a', 1), anOrder('b', 1)]);
    send(event, { orderId: 'a' });
    expect([open(), store.departed()['a'], store.cards().length]).toEqual([['b'], why, 2]);
    await later(1000);
    expect(store.cards().map(({ id }) => id)).toEqual(['b']);
  });

  it('does not bring back a card that was taken while the list was on its way', async () => {
    const { server, send, store, open, page } = await setUp();
    const slow = pending<OrderPage>();
    server.unassigned.mockReturnValueOnce(slow.promise);
    const reading = store.read();
    send('orderAssigned', { orderId: 'a' });
    slow.answer(page([anOrder('a', 1), anOrder('b', 1)]));
    await reading;
    expect(open()).toEqual(['b']);
  });

  it('takes the last answer when an earlier one comes after it', async () => {
    const { server, store, open, page } = await setUp();
    const slow = pending<OrderPage>();
    server.unassigned.mockReturnValueOnce(slow.promise);
    const first = store.read();
    server.unassigned.mockResolvedValueOnce(page([anOrder('b', 1)]));
    await store.read();
    slow.answer(page([anOrder('a', 1)]));
    await first;
    expect(open()).toEqual(['b']);
  });

  it('shows a card again when its order is given back before it had gone', async () => {
    const { send, open, answerWith } = await setUp([anOrder('a', 1)]);
    send('orderAssigned', { orderId: 'a' });
    answerWith([anOrder('a', 3)]);
    send('newOrderAvailable', { orderId: 'a' });
    await later(2000);
    expect(open()).toEqual(['a']);
  });

  it('shows what others hold, until they let go', async () => {
    const { send, store } = await setUp([
      anOrder('a', 1),
      anOrder('b', 1, { lock: { expiresAt: IN_A_MINUTE, mine: false } }),
    ]);
    send('orderLocked', { orderId: 'a', expiresAt: IN_A_MINUTE });
    expect(Object.keys(store.held()).sort()).toEqual(['a', 'b']);
    send('orderLockReleased', { orderId: 'a' });
    expect(Object.keys(store.held())).toEqual(['b']);
  });

  it('counts its own hold by this phone’s clock, whatever the server’s says', async () => {
    const { store } = await setUp([anOrder('a', 1)]);
    await store.look('a');
    expect(store.hold()).toEqual({ orderId: 'a', lasts: 120, until: Date.now() + 120_000 });
  });

  it('does not take its own hold for somebody else’s, whichever comes first', async () => {
    const { server, send, store } = await setUp([anOrder('a', 1)]);
    const slow = pending<OrderLock>();
    server.lock.mockReturnValueOnce(slow.promise);
    const looking = store.look('a');
    send('orderLocked', { orderId: 'a', expiresAt: IN_A_MINUTE });
    expect(store.held()).toEqual({});
    slow.answer({ orderId: 'a', expiresAt: IN_A_MINUTE, lockExpiresIn: 60 });
    await looking;
    send('orderLocked', { orderId: 'a', expiresAt: IN_A_MINUTE });
    expect([store.held(), store.hold()?.orderId]).toEqual([{}, 'a']);
  });

  it('asks the server when a release may be of an earlier hold of the same order', async () => {
    const { send, store, answerWith } = await setUp([anOrder('a', 1)]);
    await store.look('a');
    answerWith([anOrder('a', 1, { lock: { expiresAt: IN_A_MINUTE, mine: true } })]);
    send('orderLockReleased', { orderId: 'a' });
    await later(200);
    expect(store.hold()?.orderId).toBe('a');
    answerWith([anOrder('a', 1)]);
    send('orderLockReleased', { orderId: 'a' });
    await later(200);
    expect(store.hold()).toBeUndefined();
  });

  it('hands a won order over to the work, and takes its card away', async () => {
    const { store, partner, open } = await setUp([anOrder('a', 1)]);
    await store.accept('a');
    expect([open(), store.cards(), partner.active().map(({ id }) => id)]).toEqual([[], [], ['a']]);
  });

  it.each(['ORDER_ALREADY_ASSIGNED', 'INVALID_TRANSITION', 'ORDER_NOT_FOUND'] as const)(
    'lets the card of a lost order go: %s',
    async (code) => {
      const { server, store, open, answerWith } = await setUp([anOrder('a', 1), anOrder('b', 1)]);
      server.accept.mockRejectedValueOnce(new ProblemError(code));
      answerWith([anOrder('b', 1), anOrder('c', 1)]);
      await expect(store.accept('a')).rejects.toThrow();
      expect([open(), store.asking()]).toEqual([['b'], undefined]);
      await later(200);
      expect(open()).toEqual(['b', 'c']);
    },
  );

  it('shows for how long another partner holds an order that was wanted', async () => {
    const { server, store, open } = await setUp([anOrder('a', 1)]);
    server.accept.mockRejectedValueOnce(new ProblemError('ORDER_LOCKED', {}, 30));
    await expect(store.accept('a')).rejects.toThrow();
    expect([open(), store.held()['a']]).toEqual([['a'], Date.now() + 30_000]);
  });

  it('keeps the cards when reading fails, and says what went wrong', async () => {
    const { server, store, open } = await setUp([anOrder('a', 1)]);
    server.unassigned.mockRejectedValueOnce(new ProblemError('OFFLINE'));
    await store.read();
    expect([open(), store.error() !== undefined]).toEqual([['a'], true]);
  });

  it('reads again after a reconnect', async () => {
    const { connections, open, answerWith } = await setUp([anOrder('a', 1)]);
    answerWith([anOrder('b', 1)]);
    connections.set(2);
    await settled();
    expect(open()).toEqual(['b']);
  });
});
