import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Role } from '@qc/contracts';
import { MESSAGES, type Rule } from '../../src/auth/access';
import type { Client, LiveClient } from '../support/client';
import { ask } from '../support/live';
import { type Thing, World } from './world';

type Name = keyof typeof MESSAGES;
/** The holder of a public link, or somebody with an account. */
type Caller = 'anyone' | Role;

const CALLERS: readonly Caller[] = ['anyone', 'customer', 'partner', 'admin'];
const NOBODYS = '0'.repeat(24);

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

/** What is sent with each message, about one order. */
const PAYLOADS: Record<Name, (orderId: string, sender: Client) => object> = {
  joinOrder: (orderId) => ({ orderId }),
  leaveOrder: (orderId) => ({ orderId }),
  joinAdminRoom: () => ({}),
  leaveAdminRoom: () => ({}),
  partnerLocation: () => ({ lat: 12.9, lng: 77.6, at: new Date().toISOString() }),
  authenticate: (_orderId, { token }) => ({ token }),
};

/** An order, somebody whose it is, and a socket of theirs. */
async function party(caller: Caller): Promise<{ thing: Thing; sender: Client; socket: LiveClient }> {
  if (caller !== 'anyone') {
    const thing = await world.assigned(caller);
    return { thing, sender: thing.owner!, socket: await thing.owner!.connect() };
  }
  const order = await world.waiting();
  const sender = world.server.anonymous();
  const socket = await sender.connect({ trackingToken: order.trackingUrl!.split('/').at(-1)! });
  return { thing: { id: order.id }, sender, socket };
}

describe.each(Object.entries(MESSAGES) as [Name, Rule][])('the message %s', (name, rule) => {
  it.each(CALLERS)('is answered to %s as the table says', async (caller) => {
    const { thing, sender, socket } = await party(caller);
    const send = (orderId: string) => ask(socket, name, PAYLOADS[name](orderId, sender));
    const reach = rule[caller];
    if (!reach) {
      const code = caller === 'anyone' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      for (const id of [thing.id, NOBODYS]) expect(await send(id)).toMatchObject({ ok: false, code });
      return;
    }
    expect(await send(thing.id)).toMatchObject({ ok: true });
    if (name !== 'joinOrder') return;
    const foreign = (await world.assigned(caller === 'anyone' ? 'customer' : caller)).id;
    const unknown = { ok: false, code: 'ORDER_NOT_FOUND' };
    expect(await send(NOBODYS)).toEqual(unknown);
    expect(await send(foreign)).toMatchObject(reach === 'all' ? { ok: true } : unknown);
    const waiting = (await world.waiting()).id;
    expect(await send(waiting)).toMatchObject(reach === 'own' ? unknown : { ok: true });
    socket.disconnect();
  });
});

it.each(CALLERS)('a message that is not in the table is refused to %s unheard', async (caller) => {
  const { socket } = await party(caller);
  for (const name of ['orderUpdated', 'constructor', '__proto__', 'toString', 'drop tables', ''])
    expect(await ask(socket, name, {})).toMatchObject({ ok: false, code: 'NOT_FOUND' });
  socket.disconnect();
});
