import { setTimeout as pause } from 'node:timers/promises';
import { once } from 'node:events';
import { connect, type Socket as TcpSocket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order } from '@qc/contracts';
import type { LiveServer } from '../src/orders/live-socket';
import { OrdersGateway } from '../src/orders/orders.gateway';
import { rooms } from '../src/orders/rooms';
import type { Client, LiveClient } from './support/client';
import { ask } from './support/live';
import { TestServer } from './support/test-server';

const FEW = {
  RATE_LIMIT_ENABLED: 'true',
  RATE_LIMIT_REGISTRATION: '1000',
  RATE_LIMIT_SIGN_IN: '1000',
  RATE_LIMIT_MESSAGES: '10',
  RATE_LIMIT_ROOMS: '3',
  RATE_LIMIT_CONNECTIONS: '2',
  RATE_LIMIT_ADDRESS_CONNECTIONS: '12',
  TRUST_PROXY: '1',
};

const NOTHING = { orderId: '0'.repeat(24) };

describe('limits of sockets', () => {
  let server: TestServer;
  const people: Client[] = [];
  beforeAll(async () => {
    server = await TestServer.start(FEW);
  });
  afterEach(() => people.splice(0).forEach((person) => person.disconnect()));
  afterAll(() => server.stop());

  async function customer(): Promise<Client> {
    const person = await server.customer();
    people.push(person);
    return person;
  }

  const ended = (socket: LiveClient) => once(socket as never, 'disconnect') as Promise<[string]>;
  const codeOf = (answer: object): string => ('code' in answer ? String(answer.code) : 'ok');
  /** Sends them all without waiting. The last answers may never come: the connection is gone. */
  const storm = (socket: LiveClient, name: string, count: number): Promise<string>[] =>
    Array.from({ length: count }, () => ask(socket, name, NOTHING).then(codeOf, () => 'none'));

  it('refuses messages that come too fast, and serves the socket again when it goes slower', async () => {
    const socket = await (await customer()).connect();
    const answers = await Promise.all(storm(socket, 'leaveOrder', 30));
    expect(answers.filter((answer) => answer === 'ok').length).toBeGreaterThanOrEqual(20);
    expect(answers.filter((answer) => answer === 'ok').length).toBeLessThan(25);
    expect(answers.filter((answer) => answer === 'RATE_LIMITED').length).toBeGreaterThan(5);
    // ten a second are allowed
    await pause(500);
    expect([codeOf(await ask(socket, 'leaveOrder', NOTHING)), socket.connected]).toEqual(['ok', true]);
  });

  it.each(['leaveOrder', 'noSuchMessage', 'constructor'])('cuts off who does not stop sending %s', async (name) => {
    const socket = await (await customer()).connect();
    const cut = ended(socket);
    for (let n = 0; n < 200; n += 1) (socket as unknown as { emit(name: string): void }).emit(name);
    expect((await cut)[0]).toMatch(/io server disconnect|transport close/);
  });

  it('bounds the orders that a socket follows, and lets it follow another one for one', async () => {
    const person = await customer();
    const { id } = await server.product();
    const orders: Order[] = [];
    for (let n = 0; n < 4; n += 1) orders.push((await person.placeOrder([{ productId: id, quantity: 1 }])).body);
    const socket = await person.connect();
    const join = async (n: number): Promise<string> =>
      codeOf(await ask(socket, 'joinOrder', { orderId: orders[n]!.id }));
    expect([await join(0), await join(1), await join(2), await join(3)]).toEqual(['ok', 'ok', 'ok', 'RATE_LIMITED']);
    expect(await join(1)).toBe('ok');
    await ask(socket, 'leaveOrder', { orderId: orders[0]!.id });
    expect(await join(3)).toBe('ok');
  });

  it('bounds the sockets of one account, whose next one says why and may come when another has gone', async () => {
    const person = await customer();
    const [first] = [await person.connect(), await person.connect()];
    await expect(person.connect()).rejects.toMatchObject({ data: { code: 'RATE_LIMITED' } });
    expect((await (await customer()).connect()).connected).toBe(true);
    first.disconnect();
    let again: LiveClient | undefined;
    while (!again) again = await person.connect().catch(() => undefined);
    expect(again.connected).toBe(true);
  });

  it('bounds the sockets of one address, and of no other', async () => {
    const from = (address: string) => ({ extraHeaders: { 'X-Forwarded-For': address } });
    const tries: Promise<LiveClient>[] = [];
    for (let n = 0; n < 8; n += 1) {
      const person = await customer();
      for (const claim of ['10.4.0.1', `10.5.0.${n}, 10.4.0.1`]) {
        tries.push(person.connect({ token: person.token }, from(claim)));
        await Promise.allSettled(tries);
      }
    }
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(12);
    const person = await customer();
    expect((await person.connect({ token: person.token }, from('10.4.0.2'))).connected).toBe(true);
  });

  it('bounds the positions of a partner over all its sockets', async () => {
    const partner = await server.partner();
    people.push(partner);
    const sockets = [await partner.connect(), await partner.connect()];
    const here = { lat: 12.9, lng: 77.6, at: new Date().toISOString() };
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => ask(sockets[n % 2]!, 'partnerLocation', here).then(codeOf)),
    );
    const taken = answers.filter((answer) => answer === 'ok').length;
    expect(taken).toBeGreaterThanOrEqual(20);
    expect(taken).toBeLessThan(26);
    expect(answers.at(-1)).toBe('RATE_LIMITED');
  });

  it('cuts off who sends anything binary', async () => {
    const socket = await (await customer()).connect();
    const cut = ended(socket);
    (socket as unknown as { emit(name: string, ...payload: unknown[]): void }).emit('leaveOrder', Buffer.from('x'));
    expect((await cut)[0]).toBe('transport close');
  });

  it('drops a client that reads nothing though it answers each ping, and keeps little for it', async () => {
    const person = await customer();
    const wire = await DeafSocket.connect(new URL(server.url), person.token!);
    const { server: io } = server.app.get<OrdersGateway, { server: LiveServer }>(OrdersGateway, { strict: false });
    const room = io.to(rooms.user(person.user.id));
    const payload = { text: 'x'.repeat(60_000) };
    const before = process.memoryUsage().rss;
    // not `once`: a connection that is cut off may end by an error
    const gone = new Promise<void>((resolve) => wire.tcp.once('close', resolve));
    let sent = 0;
    const feed = setInterval(() => {
      room.emit('notification', payload as never);
      sent += 60_000;
      // seldom enough not to be cut off for its pongs
      if (sent % 3_000_000 === 0) wire.pong();
    }, 2);
    await gone.finally(() => clearInterval(feed));
    expect(sent).toBeGreaterThan(1024 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    expect((await person.get('/auth/me')).status).toBe(200);
  });
});

/** A WebSocket client down to its frames: it writes, and once connected never reads again. */
class DeafSocket {
  private constructor(readonly tcp: TcpSocket) {}

  static async connect({ hostname, port }: URL, token: string): Promise<DeafSocket> {
    const tcp = connect(Number(port), hostname);
    tcp.on('error', () => undefined);
    const deaf = new DeafSocket(tcp);
    const key = randomBytes(16).toString('base64');
    tcp.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\n` +
        `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    await deaf.until('"sid"');
    deaf.send(`40${JSON.stringify({ token })}`);
    await deaf.until('40{"sid"');
    tcp.pause();
    return deaf;
  }

  pong(): void {
    this.send('3');
  }

  private send(text: string): void {
    const body = Buffer.from(text);
    const mask = randomBytes(4);
    const length = body.length < 126 ? [0x80 | body.length] : [0x80 | 126, body.length >> 8, body.length & 255];
    this.tcp.write(Buffer.concat([Buffer.from([0x81, ...length]), mask, body.map((byte, n) => byte ^ mask[n % 4]!)]));
  }

  private async until(text: string): Promise<void> {
    let heard = '';
    while (!heard.includes(text)) heard += String(((await once(this.tcp, 'data')) as [Buffer])[0]);
  }
}
