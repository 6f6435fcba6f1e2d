import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { JoinedAdminRoom, Order, OrderEvent } from '@qc/contracts';
import { Subject } from 'rxjs';
import { type LiveState, Realtime } from '../core/realtime';
import { AdminFeed } from './admin-feed';

const event = (orderId: string, seq: number): OrderEvent =>
  ({ eventId: `${orderId}${seq}`, orderId, seq, order: { id: orderId, version: seq } as Order }) as OrderEvent;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function setUp() {
  const socket = new Subject<OrderEvent>();
  const connections = signal(1);
  const joined = jest.fn((_event: string, _message: object): Promise<JoinedAdminRoom> =>
    Promise.resolve({ cursor: '7', missed: [] }),
  );
  const realtime = { on: () => socket, ask: joined, connections, state: signal<LiveState>('live') };
  TestBed.configureTestingModule({ providers: [AdminFeed, { provide: Realtime, useValue: realtime }] });
  const feed = TestBed.inject(AdminFeed);
  const heard: string[] = [];
  feed.events.subscribe(({ orderId, seq }) => heard.push(`${orderId}@${seq}`));
  TestBed.tick();
  await settled();
  const reconnect = async (): Promise<void> => {
    connections.update((count) => count + 1);
    TestBed.tick();
    await settled();
  };
  return { feed, heard, socket, joined, reconnect };
}

describe('AdminFeed', () => {
  it('tells each event once, and none that is older than what it told', async () => {
    const { heard, socket } = await setUp();
    for (const seq of [1, 2, 2, 1, 3]) socket.next(event('a', seq));
    socket.next(event('b', 1));
    expect(heard).toEqual(['a@1', 'a@2', 'a@3', 'b@1']);
  });

  it('brings what was missed, and asks from where it was', async () => {
    const { feed, heard, socket, joined, reconnect } = await setUp();
    socket.next(event('a', 1));
    joined.mockResolvedValueOnce({ cursor: '9', missed: [event('a', 1), event('a', 2)] });
    await reconnect();
    expect(joined.mock.calls.map(([, message]) => message)).toEqual([{}, { after: '7' }]);
    expect([heard, feed.resets()]).toEqual([['a@1', 'a@2'], 1]);
  });

  it('has everything read anew when too much was missed', async () => {
    const { feed, joined, reconnect } = await setUp();
    joined.mockResolvedValueOnce({ cursor: '900', missed: [], reset: true });
    await reconnect();
    expect(feed.resets()).toBe(2);
  });
});
