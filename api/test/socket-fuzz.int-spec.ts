import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Order, PROBLEMS } from '@qc/contracts';
import type { LiveServer } from '../src/orders/live-socket';
import { OrdersGateway } from '../src/orders/orders.gateway';
import { Metrics } from '../src/platform/metrics/metrics';
import type { Client, LiveClient } from './support/client';
import { Fuzz, type Message } from './support/fuzz';
import { ask, Ear } from './support/live';
import { TestServer } from './support/test-server';

const SEED = 20_261_128;
/** Messages of each of four kinds of clients in each of two rounds. */
const MESSAGES = 650;
const AT_ONCE = 25;
/** Frames below the messages, of each round, and posts to the polling transport. */
const FRAMES = 300;
const POSTS = 100;

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Role {
  name: string;
  connect: () => Promise<LiveClient>;
}

describe('thousands of senseless messages', () => {
  let server: TestServer;
  let io: LiveServer;
  let strangersOrder: Order;
  let strangersPartner: Client;
  let admin: Client;
  let roles: Role[];
  let ids: string[];
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  /** What came to which kind of client: the name of the event and the order that it is about. */
  const heard: { role: string; name: string; orderId?: string }[] = [];
  let answered = 0;
  let cut = 0;
  let silent = 0;

  beforeAll(async () => {
    process.on('unhandledRejection', note).on('uncaughtException', note);
    server = await TestServer.start({
      RATE_LIMIT_ENABLED: 'true',
      RATE_LIMIT_MESSAGES: '1000000',
      RATE_LIMIT_ACCOUNT: '100000',
      RATE_LIMIT_HANDSHAKES: '100000',
      RATE_LIMIT_REGISTRATION: '1000',
    });
    ({ server: io } = server.app.get<OrdersGateway, { server: LiveServer }>(OrdersGateway, { strict: false }));
    strangersPartner = await server.partner();
    strangersOrder = await server.assignedOrder(strangersPartner);
    const [customer, partner] = await Promise.all([server.customer(), server.partner()]);
    admin = await server.admin();
    const own = await server.readyOrder(customer);
    ids = [own.id, strangersOrder.id, (await server.readyOrder()).id, '0'.repeat(24)];
    const trackingToken = own.trackingUrl!.split('/').at(-1)!;
    roles = [
      { name: 'customer', connect: () => customer.connect() },
      { name: 'partner', connect: () => partner.connect() },
      { name: 'admin', connect: () => admin.connect() },
      { name: 'link', connect: () => server.anonymous().connect({ trackingToken }) },
    ];
  });
  afterAll(async () => {
    process.off('unhandledRejection', note).off('uncaughtException', note);
    await server.stop();
  });

  async function connected({ name: role, connect }: Role): Promise<LiveClient> {
    const socket = await connect();
    socket.onAny((name: string, payload: { orderId?: string }) => heard.push({ role, name, ...payload }));
    return socket;
  }

  /** Resolves to what became of it; a message without an acknowledgement becomes nothing. */
  function send(socket: LiveClient, { name, payload, acknowledged }: Message): Promise<'answered' | 'cut' | 'silent'> {
    const plain = socket as unknown as { emit(name: string, ...payload: unknown[]): void };
    if (!acknowledged) {
      plain.emit(name, ...payload);
      return Promise.resolve('silent');
    }
    const gone = once(socket as never, 'disconnect').then(() => 'cut' as const);
    const answer = ask(socket, name, ...payload).then((ack) => {
      expect(typeof ack.ok).toBe('boolean');
      if (!ack.ok) expect([ack.code, ack.code in PROBLEMS && ack.code !== 'INTERNAL']).toEqual([ack.code, true]);
      return 'answered' as const;
    });
    // an answer that never comes is a fault, unless the connection went
    return Promise.race([
      answer.catch((error: unknown) => (socket.connected ? Promise.reject(error as Error) : ('cut' as const))),
      gone,
    ]);
  }

  async function storm(role: Role, fuzz: Fuzz): Promise<void> {
    let socket = await connected(role);
    for (let sent = 0; sent < MESSAGES; sent += AT_ONCE) {
      const batch = Array.from({ length: AT_ONCE }, () => send(socket, fuzz.message()));
      for (const outcome of await Promise.all(batch)) {
        if (outcome === 'answered') answered += 1;
        else if (outcome === 'cut') cut += 1;
        else silent += 1;
      }
      if (!socket.connected) socket = await connected(role);
    }
    socket.disconnect();
  }

  /** Raw frames on WebSockets: each connection as far as it goes. */
  async function frames(fuzz: Fuzz): Promise<void> {
    const address = `${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    let sent = 0;
    while (sent < FRAMES) {
      const socket = new WebSocket(address);
      await new Promise((resolve) => (socket.onopen = resolve));
      const gone = new Promise((resolve) => (socket.onclose = resolve));
      socket.onerror = () => undefined;
      if (fuzz.chance(0.5)) socket.send(`40${JSON.stringify({ token: admin.token })}`);
      for (let n = 0; n < 6 && socket.readyState === WebSocket.OPEN; n += 1, sent += 1) {
        if (fuzz.chance(0.05)) socket.send(Buffer.from(fuzz.frame()));
        else socket.send(fuzz.frame());
      }
      socket.close();
      await gone;
    }
  }

  /** The same over polling, where a body holds several packets. */
  async function posts(fuzz: Fuzz): Promise<void> {
    const address = `${server.url}/socket.io/?EIO=4&transport=polling`;
    const polls: Promise<unknown>[] = [];
    for (let n = 0; n < POSTS; n += 1) {
      const hello = await (await fetch(address)).text();
      const { sid } = JSON.parse(hello.slice(1)) as { sid: string };
      const packets = Array.from({ length: 1 + fuzz.below(4) }, () => fuzz.frame());
      const headers = { 'Content-Type': fuzz.chance(0.8) ? 'text/plain' : 'application/octet-stream' };
      const query = fuzz.chance(0.8)
        ? `&sid=${sid}`
        : `&sid=${encodeURIComponent(packets[0]!.slice(0, 200).toWellFormed())}`;
      const answer = await fetch(address + query, { method: 'POST', headers, body: packets.join('\x1e') });
      await answer.text();
      expect(answer.status).toBeLessThan(500);
      // takes the farewell, or hangs up: one that nobody polls is kept for half a minute
      const poll = fetch(`${address}&sid=${sid}`, { signal: AbortSignal.timeout(500) });
      polls.push(poll.then((response) => response.text()).catch(() => undefined));
    }
    await Promise.all(polls);
  }

  async function round(seed: number): Promise<void> {
    await Promise.all(roles.map((role, n) => storm(role, new Fuzz(seed + n, ids))));
    await frames(new Fuzz(seed + 10, ids));
    await posts(new Fuzz(seed + 20, ids));
    // half-open polling connections would stay until they miss a ping
    for (const wire of Object.values(
      (io.engine as unknown as { clients: Record<string, { close(discard: boolean): void }> }).clients,
    ))
      wire.close(true);
    while (io.engine.clientsCount > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  const listeners = (): number[] => {
    const http = server.app.getHttpServer() as NodeJS.EventEmitter;
    return [http, io.engine as unknown as NodeJS.EventEmitter, process].map((emitter) =>
      emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0),
    );
  };

  function heap(): number {
    collectGarbage();
    return process.memoryUsage().heapUsed / 1024 ** 2;
  }

  it('are each answered, or end their connection; nothing is thrown, and nothing is left', async () => {
    await round(SEED);
    const before = { listeners: listeners(), heap: heap() };
    heard.length = 0;
    await round(SEED + 1000);
    const after = { listeners: listeners(), heap: heap() };
    process.stdout.write(
      `  ${answered} answered, ${cut} cut off, ${silent} asked for no answer, ${2 * (FRAMES + POSTS)} frames and posts; heap ${before.heap.toFixed(1)} → ${after.heap.toFixed(1)} MB\n`,
    );
    expect(answered + cut + silent).toBe(2 * 4 * MESSAGES);
    expect(answered).toBeGreaterThan(3000);
    expect(cut).toBeGreaterThan(0);
    expect(unhandled).toEqual([]);
    expect(after.listeners).toEqual(before.listeners);
    expect(after.heap - before.heap).toBeLessThan(10);
    expect([io.sockets.sockets.size, io.sockets.adapter.rooms.size, io.sockets.adapter.sids.size]).toEqual([0, 0, 0]);
    const refusals = await server.app.get(Metrics).registry.getSingleMetricAsString('qc_refusals_total');
    expect(refusals).not.toContain('INTERNAL');
    expect([({} as { x?: unknown }).x, Object.keys(Object.prototype)]).toEqual([undefined, []]);
  }, 120_000);

  it('open no order of a stranger’s, and the server serves as before', async () => {
    const sockets = await Promise.all(roles.map((role) => connected(role)));
    const fuzzers = roles.map((_, n) => new Fuzz(SEED + 5000 + n, [strangersOrder.id]));
    const storms = sockets.flatMap((socket, n) =>
      Array.from({ length: 40 }, () => ({
        name: 'joinOrder',
        payload: [{ orderId: strangersOrder.id, after: fuzzers[n]!.below(3) }],
        acknowledged: true,
      })).map((message) => send(socket, message)),
    );
    await Promise.all(storms);
    heard.length = 0;
    const adminEar = new Ear(sockets[2]!);
    const moved = await strangersPartner.move(strangersOrder.id, 'picked_up');
    expect(moved.status).toBe(200);
    await Promise.all(sockets.map((socket) => new Ear(socket).settled()));
    expect(adminEar.order(strangersOrder.id).length).toBeGreaterThan(0);
    const leaked = heard.filter(({ role, orderId }) => role !== 'admin' && orderId === strangersOrder.id);
    expect(leaked).toEqual([]);
    sockets.forEach((socket) => socket.disconnect());
    expect((await server.readyOrder()).status).toBe('ready');
  });
});
