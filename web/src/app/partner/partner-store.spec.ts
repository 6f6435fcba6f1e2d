import { TestBed } from '@angular/core/testing';
import type { DeliveryOrders, Order } from '@qc/contracts';
import { ProblemError } from '../core/problem';
import { PartnerStore } from './partner-store';
import { anOrder, eventOf, fakeWorld, myOrder, pending, settled } from './testing';

async function setUp(active: Order[] = []) {
  const world = fakeWorld();
  world.server.delivering.mockResolvedValue({ active, past: [] });
  TestBed.configureTestingModule({ providers: [PartnerStore, ...world.providers] });
  const store = TestBed.inject(PartnerStore);
  await settled();
  const shown = () => store.active().map(({ id, version, status }) => `${id}@${version} ${status}`);
  return { ...world, store, shown, update: (event: object) => world.send('orderUpdated', event) };
}

describe('PartnerStore', () => {
  it('brings back what was under way after a reload, and follows it live', async () => {
    const { shown, update } = await setUp([myOrder('a', 5)]);
    expect(shown()).toEqual(['a@5 assigned']);
    update(eventOf('picked_up', myOrder('a', 6, { status: 'picked_up' })));
    expect(shown()).toEqual(['a@6 picked_up']);
  });

  it('keeps a newer event when an older answer comes after it', async () => {
    const { store, server, shown, update } = await setUp([myOrder('a', 5)]);
    const slow = pending<DeliveryOrders>();
    server.delivering.mockReturnValueOnce(slow.promise);
    const loading = store.load();
    update(eventOf('picked_up', myOrder('a', 6, { status: 'picked_up' })));
    slow.answer({ active: [myOrder('a', 5)], past: [] });
    await loading;
    expect(shown()).toEqual(['a@6 picked_up']);
  });

  it('does not bring a finished delivery back when an older event comes late', async () => {
    const { store, server, shown, update } = await setUp([myOrder('a', 5, { status: 'in_transit' })]);
    server.move.mockResolvedValueOnce(myOrder('a', 6, { status: 'delivered' }));
    await store.move('a', { status: 'delivered' });
    update(eventOf('in_transit', myOrder('a', 5, { status: 'in_transit' })));
    expect([shown(), store.finished()?.id]).toEqual([[], 'a']);
  });

  it('keeps an order that came while the question was on its way', async () => {
    const { store, server, shown, update } = await setUp();
    const slow = pending<DeliveryOrders>();
    server.delivering.mockReturnValueOnce(slow.promise);
    const loading = store.load();
    update(eventOf('assigned', myOrder('a', 5, {}, 'admin')));
    slow.answer({ active: [], past: [] });
    await loading;
    expect(shown()).toEqual(['a@5 assigned']);
  });

  it('keeps the deliveries in their places when one of them moves', async () => {
    const { shown, update } = await setUp([myOrder('a', 5), myOrder('b', 5)]);
    update(eventOf('picked_up', myOrder('a', 6, { status: 'picked_up' })));
    expect(shown()).toEqual(['a@6 picked_up', 'b@5 assigned']);
  });

  it.each([
    ['cancelled by the customer', 'cancelled', 'customer', 'The customer cancelled it'],
    ['taken back by the dispatcher', 'released', 'admin', 'The dispatcher took it back'],
    ['closed by the dispatcher', 'failed', 'admin', 'The dispatcher closed it'],
  ] as const)('says it when an order is %s', async (_what, type, by, text) => {
    const { store, shown, update } = await setUp([myOrder('a', 5)]);
    update(eventOf(type, anOrder('a', 6, { status: type === 'released' ? 'ready' : type }, by)));
    expect(shown()).toEqual([]);
    expect(store.notice()?.text).toContain(text);
  });

  it('says nothing of what the partner did, also when the event is quicker than the answer', async () => {
    const { store, server, shown, update } = await setUp([myOrder('a', 5)]);
    const slow = pending<Order>();
    server.release.mockReturnValueOnce(slow.promise);
    const giving = store.giveBack('a', 'Too far away');
    update(eventOf('released', anOrder('a', 6)));
    slow.answer(anOrder('a', 6));
    await giving;
    expect([shown(), store.notice()]).toEqual([[], undefined]);
  });

  it('says it when the dispatcher gives an order', async () => {
    const { store, update } = await setUp();
    update(eventOf('assigned', myOrder('a', 5, {}, 'admin')));
    expect(store.notice()?.title).toBe('A new order for you');
  });

  it('finds out after a reconnect that an order was cancelled meanwhile', async () => {
    const { store, server, connections, shown } = await setUp([myOrder('a', 5)]);
    const cancelled = myOrder('a', 6, { status: 'cancelled' }, 'customer');
    server.delivering.mockResolvedValue({ active: [], past: [cancelled] });
    connections.set(2);
    await settled();
    expect([shown(), store.notice()?.title]).toEqual([[], 'Order QC-a was cancelled']);
    expect(server.me).toHaveBeenCalledTimes(1);
  });

  it('stays as it was when going offline is refused', async () => {
    const { store, server } = await setUp();
    server.setAvailable.mockRejectedValueOnce(new ProblemError('OFFLINE'));
    await expect(store.setAvailable(false)).rejects.toThrow();
    expect([store.available(), store.switching()]).toEqual([true, false]);
  });

  it('keeps what is under way when going offline', async () => {
    const { store, shown } = await setUp([myOrder('a', 5)]);
    await store.setAvailable(false);
    expect([store.available(), shown()]).toEqual([false, ['a@5 assigned']]);
  });

  it('reads again when a step is no longer possible', async () => {
    const { store, server, shown } = await setUp([myOrder('a', 5)]);
    server.move.mockRejectedValueOnce(new ProblemError('INVALID_TRANSITION'));
    server.delivering.mockResolvedValue({ active: [myOrder('a', 7, { status: 'in_transit' })], past: [] });
    await expect(store.move('a', { status: 'picked_up' })).rejects.toThrow();
    await settled();
    expect(shown()).toEqual(['a@7 in_transit']);
  });
});
