import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, SessionList } from '@qc/contracts';
import { Types } from 'mongoose';
import { withServerBeside } from './support/beside';
import { type Client, type LiveClient } from './support/client';
import { claimsOf } from './support/forgery';
import { ask } from './support/live';
import { refusal } from './support/steps';
import { TestServer } from './support/test-server';

/** Milliseconds in which a socket must be gone. */
const PROMISED = 5_000;

describe('a living socket', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  /** Milliseconds until the server has closed it; undefined: it has not within the promised time. */
  async function closing(socket: LiveClient): Promise<number | undefined> {
    const start = Date.now();
    const closed = once(socket as never, 'disconnect').then(() => Date.now() - start);
    return Promise.race([closed, pause(PROMISED, undefined, { ref: false })]);
  }
  const sessionOf = (client: Client): string => claimsOf(client.token!)['sid'] as string;
  const sessions = () => server.database.collections['sessions']!;

  it('is closed within 5 s when its session is gone and nobody said so; those of others live on', async () => {
    const [gone, other] = [await server.customer(), await server.customer()];
    const [socket, living] = [await gone.connect(), await other.connect()];
    const order = await server.readyOrder(other);
    const { trackingUrl } = (await other.get<Order>(`/orders/${order.id}`)).body;
    const tracking = await server.anonymous().connect({ trackingToken: trackingUrl!.split('/').at(-1) });
    const closed = closing(socket);
    await sessions().deleteOne({ _id: new Types.ObjectId(sessionOf(gone)) });
    expect(await closed).toBeLessThan(PROMISED);
    expect([living.connected, tracking.connected]).toEqual([true, true]);
    expect(await ask(living, 'joinOrder', { orderId: order.id })).toMatchObject({ ok: true });
  });

  it.each<[string, (at: TestServer, owner: Client) => Promise<unknown>]>([
    [
      'its owner ended it there',
      async (at, owner) => {
        const there = await at.anonymous().signIn(owner.user.email, 'correct horse');
        return there.delete(`/auth/sessions/${sessionOf(owner)}`);
      },
    ],
    [
      'its owner signed out everywhere there',
      async (at, owner) => {
        const there = await at.anonymous().signIn(owner.user.email, 'correct horse');
        return there.post('/auth/logout-all', undefined, { Cookie: there.cookie! });
      },
    ],
    [
      'its owner changed the password there',
      async (at, owner) => {
        const there = await at.anonymous().signIn(owner.user.email, 'correct horse');
        return there.put('/auth/password', { currentPassword: 'correct horse', newPassword: 'battery staple' });
      },
    ],
    [
      'an admin deactivated the account there',
      async (at, owner) => (await at.admin()).put(`/admin/users/${owner.user.id}/active`, { active: false }),
    ],
    [
      'its refresh token came back there after it was used up',
      async (at, owner) => {
        const refresh = (cookie: string) => at.anonymous().post('/auth/refresh', undefined, { Cookie: cookie });
        const second = await refresh(owner.cookie!);
        await refresh(second.headers.getSetCookie()[0]!.split(';')[0]!);
        return refresh(owner.cookie!);
      },
    ],
  ])('is closed within 5 s beside another server without Redis: %s', async (_what, end) => {
    await withServerBeside(server, async (beside) => {
      const owner = await server.customer();
      const socket = await owner.connect();
      const closed = closing(socket);
      await end(beside, owner);
      expect(await closed).toBeLessThan(PROMISED);
      expect(refusal(await owner.get('/auth/me'))).toEqual([401, 'UNAUTHENTICATED']);
      const again = await owner.connect().catch((error: unknown) => error);
      expect(again).toMatchObject({ data: { code: 'UNAUTHENTICATED' } });
    });
  });

  it('is renewed by no token of another role: that comes by a new connection', async () => {
    const owner = await server.customer();
    const socket = await owner.connect();
    await server.database.collections['users']!.updateOne(
      { _id: new Types.ObjectId(owner.user.id) },
      { $set: { role: 'admin' } },
    );
    const fresh = await server.anonymous().post<{ accessToken: string }>('/auth/refresh', undefined, {
      Cookie: owner.cookie!,
    });
    expect(await ask(socket, 'authenticate', { token: fresh.body.accessToken })).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(await ask(socket, 'joinAdminRoom', {})).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('that was renewed by another session goes with that one', async () => {
    const owner = await server.customer();
    const there = await server.anonymous().signIn(owner.user.email, 'correct horse');
    const socket = await owner.connect();
    expect(await ask(socket, 'authenticate', { token: there.token })).toEqual({ ok: true });
    await sessions().deleteOne({ _id: new Types.ObjectId(sessionOf(owner)) });
    const { items } = (await there.get<SessionList>('/auth/sessions')).body;
    expect(items.map(({ id }) => id)).toEqual([sessionOf(there)]);
    const closed = closing(socket);
    await sessions().deleteOne({ _id: new Types.ObjectId(sessionOf(there)) });
    expect(await closed).toBeLessThan(PROMISED);
  });
});
