import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '@qc/contracts';
import { Tokens } from '../src/auth/tokens';
import type { Client, LiveClient } from './support/client';
import { claimsOf } from './support/forgery';
import { ask } from './support/live';
import { TestServer } from './support/test-server';

describe('a living connection', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  const closing = (socket: LiveClient) => once(socket as never, 'disconnect') as Promise<[string]>;
  /** Of the client's own session; `seconds` is far below what the product gives out. */
  const tokenFor = (client: Client, seconds: number): Promise<string> => {
    const { sid } = claimsOf(client.token!) as { sid: string };
    const { id, role } = client.user;
    return server.app.get(Tokens, { strict: false }).access({ id, role, sessionId: sid }, seconds);
  };

  describe('is opened', () => {
    it.each([
      ['no token', {}],
      ['a bad token', { token: 'nonsense' }],
      ['a token that is no text', { token: { $gt: '' } }],
      ['a tracking token that opens nothing', { trackingToken: 'nonsense' }],
      ['a tracking token that is no text', { trackingToken: { $gt: '' } }],
    ])('not with %s', async (_what, auth) => {
      const refused = await server
        .anonymous()
        .connect(auth)
        .catch((error: unknown) => error);
      expect(refused).toMatchObject({ data: { code: 'UNAUTHENTICATED' } });
    });

    it('not with a token that is over, altered, or of a session that has ended', async () => {
      const customer = await server.customer();
      const gone = await server.customer();
      await gone.post('/auth/logout', undefined, { cookie: gone.cookie! });
      const [head, body, mac] = customer.token!.split('.') as [string, string, string];
      const forged = Buffer.from(body, 'base64url').toString().replace('customer', 'admin');
      for (const token of [
        await tokenFor(customer, -1),
        `${head}.${Buffer.from(forged).toString('base64url')}.${mac}`,
        gone.token!,
      ]) {
        const refused = await customer.connect({ token }).catch((error: unknown) => error);
        expect(refused).toMatchObject({ data: { code: 'UNAUTHENTICATED' } });
      }
    });

    it.each(['websocket', 'polling'])(
      'over %s from no page, or from the own one, and from no other',
      async (transport) => {
        const customer = await server.customer();
        const from = (origin?: string) =>
          customer.connect(
            { token: customer.token },
            { transports: [transport], ...(origin && { extraHeaders: { Origin: origin } }) },
          );
        expect((await from()).connected).toBe(true);
        expect((await from(server.url)).connected).toBe(true);
        for (const origin of ['https://evil.example', 'null', `${server.url}.evil.example`]) {
          await expect(from(origin)).rejects.toThrow();
        }
      },
    );
  });

  describe('answers every message', () => {
    const ID = 'a'.repeat(24);
    const HERE = { lat: 12.9, lng: 77.6, at: '2026-01-01T00:00:00Z' };

    it.each<[string, unknown[], string]>([
      ['joinOrder', [], 'VALIDATION_FAILED'],
      ['joinOrder', [null], 'VALIDATION_FAILED'],
      ['joinOrder', ['text'], 'VALIDATION_FAILED'],
      ['joinOrder', [42], 'VALIDATION_FAILED'],
      ['joinOrder', [[ID]], 'VALIDATION_FAILED'],
      ['joinOrder', [{ orderId: 'short' }], 'VALIDATION_FAILED'],
      ['joinOrder', [{ orderId: { $gt: '' } }], 'VALIDATION_FAILED'],
      ['joinOrder', [{ orderId: ID, after: -1 }], 'VALIDATION_FAILED'],
      ['joinOrder', [{ orderId: ID, after: '4' }], 'VALIDATION_FAILED'],
      ['joinOrder', [{ orderId: ID, role: 'admin' }], 'VALIDATION_FAILED'],
      ['joinOrder', [{ orderId: ID }], 'ORDER_NOT_FOUND'],
      ['leaveOrder', [], 'VALIDATION_FAILED'],
      ['leaveOrder', [{ orderId: 7 }], 'VALIDATION_FAILED'],
      ['joinAdminRoom', [{}], 'FORBIDDEN'],
      ['joinAdminRoom', [], 'FORBIDDEN'],
      ['joinAdminRoom', [{ after: 'x' }], 'FORBIDDEN'],
      ['partnerLocation', [HERE], 'FORBIDDEN'],
      ['partnerLocation', [], 'FORBIDDEN'],
      ['authenticate', [], 'VALIDATION_FAILED'],
      ['authenticate', [{ token: 5 }], 'VALIDATION_FAILED'],
      ['authenticate', [{ token: 'nonsense' }], 'UNAUTHENTICATED'],
    ])('%s %j with a refusal that has a code', async (message, payload, code) => {
      const customer = await server.customer();
      const socket = await customer.connect();
      expect(await ask(socket, message, ...payload)).toMatchObject({ ok: false, code });
      expect(await ask(socket, 'leaveOrder', { orderId: ID })).toEqual({ ok: true });
      socket.disconnect();
    });

    it('with ok for what is allowed', async () => {
      const admin = await (await server.admin()).connect();
      expect(await ask(admin, 'joinAdminRoom', {})).toMatchObject({ ok: true, cursor: expect.any(String), missed: [] });
      expect(await ask(admin, 'leaveAdminRoom', {})).toEqual({ ok: true });
      const partner = await (await server.partner()).connect();
      expect(await ask(partner, 'partnerLocation', HERE)).toEqual({ ok: true });
      expect(await ask(partner, 'leaveOrder', { orderId: ID })).toEqual({ ok: true });
    });
  });

  describe('is closed by the server', () => {
    it('at sign-out: that device and no other', async () => {
      const customer = await server.customer();
      const other = await server.anonymous().signIn(customer.user.email, 'correct horse');
      const [socket, elsewhere] = [await customer.connect(), await other.connect()];
      const closed = closing(socket);
      await customer.post('/auth/logout', undefined, { cookie: customer.cookie! });
      expect(await closed).toContain('io server disconnect');
      expect(await ask(elsewhere, 'leaveOrder', { orderId: 'a'.repeat(24) })).toEqual({ ok: true });
    });

    it('at sign-out everywhere: every device', async () => {
      const customer = await server.customer();
      const other = await server.anonymous().signIn(customer.user.email, 'correct horse');
      const all = Promise.all([closing(await customer.connect()), closing(await other.connect())]);
      await customer.post('/auth/logout-all', undefined, { cookie: customer.cookie! });
      expect((await all).map(([reason]) => reason)).toEqual(['io server disconnect', 'io server disconnect']);
    });

    it('when its token is over and was not renewed; a fresh token keeps it open', async () => {
      const customer = await server.customer();
      const token = await tokenFor(customer, 2);
      const [renewed, forgotten] = [await customer.connect({ token }), await customer.connect({ token })];
      expect(await ask(renewed, 'authenticate', { token: customer.token })).toEqual({ ok: true });
      expect(await closing(forgotten)).toContain('io server disconnect');
      expect(await ask(renewed, 'leaveOrder', { orderId: 'a'.repeat(24) })).toEqual({ ok: true });
    });

    it('at the sign-out of the session that it was renewed for', async () => {
      const customer = await server.customer();
      const socket = await customer.connect();
      const later = await server.anonymous().signIn(customer.user.email, 'correct horse');
      expect(await ask(socket, 'authenticate', { token: later.token })).toEqual({ ok: true });
      await customer.post('/auth/logout', undefined, { cookie: customer.cookie! });
      expect(await ask(socket, 'leaveOrder', { orderId: 'a'.repeat(24) })).toEqual({ ok: true });
      const closed = closing(socket);
      await later.post('/auth/logout', undefined, { cookie: later.cookie! });
      expect(await closed).toContain('io server disconnect');
    });
  });

  it('stays its owner’s: somebody else’s fresh token is refused', async () => {
    const [one, other] = [await server.customer(), await server.customer()];
    const socket = await one.connect();
    expect(await ask(socket, 'authenticate', { token: other.token })).toMatchObject({ code: 'UNAUTHENTICATED' });
    const order = await server.readyOrder(one);
    expect(await ask(socket, 'joinOrder', { orderId: order.id })).toMatchObject({ ok: true });
  });

  it('survives the exchange of the refresh token', async () => {
    const customer = await server.customer();
    const socket = await customer.connect();
    const fresh = await server.anonymous().post<Session>('/auth/refresh', undefined, { cookie: customer.cookie! });
    expect(await ask(socket, 'authenticate', { token: fresh.body.accessToken })).toEqual({ ok: true });
  });
});
