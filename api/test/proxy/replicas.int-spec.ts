import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { freePort } from '../support/free-port';
import { Nginx, NO_NGINX } from '../support/nginx';
import { raw } from '../support/raw';
import { dieOnIt, Upstream } from '../support/upstream';

if (NO_NGINX) console.warn(`two replicas behind the proxy are not tested: ${NO_NGINX}`);
const describeProxy = NO_NGINX ? describe.skip : describe;

/** nginx lets a replica that failed alone for this long. Milliseconds. */
const FAIL_TIMEOUT = 2000;
const COMMANDS = ['POST', 'PUT', 'PATCH', 'DELETE'];

describeProxy('a request to a replica that dies on it', () => {
  it.each(COMMANDS)('is not sent again when it is a %s: nobody knows what became of it', async (method) => {
    await using first = await Upstream.listening(dieOnIt);
    await using second = await Upstream.listening(dieOnIt);
    await using nginx = await Nginx.before([first.url, second.url]);
    const answer = await raw(nginx.port, { method, path: '/api/orders', body: '{}' });
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2']);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'UNAVAILABLE', requestId: answer.headers['x-request-id'] });
    expect(first.count(method) + second.count(method)).toBe(1);
  });

  it.each(['GET', 'HEAD'])('is sent to the other one when it is a %s', async (method) => {
    await using first = await Upstream.listening(dieOnIt);
    await using second = await Upstream.listening();
    await using nginx = await Nginx.before([first.url, second.url]);
    // which of the two is asked first is the proxy's choice: one of these meets the dying one
    const answers = [];
    for (let sent = 0; sent < 4; sent++) answers.push(await raw(nginx.port, { method, path: '/api/orders' }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect([first.count(method), second.count(method)]).toEqual([1, 4]);
  });
});

describeProxy('a request to a replica that is not there', () => {
  it.each(['GET', ...COMMANDS])('is sent to the other one, whole: %s', async (method) => {
    await using alive = await Upstream.listening();
    await using nginx = await Nginx.before([`http://127.0.0.1:${await freePort()}`, alive.url]);
    const body = method === 'GET' ? undefined : '{"note":"all of it"}';
    for (let sent = 0; sent < 4; sent++) {
      const headers = { 'Idempotency-Key': `key-${sent}`, 'Content-Type': 'application/json' };
      expect((await raw(nginx.port, { method, path: '/api/orders?x=%20', headers, body })).status).toBe(200);
    }
    expect(alive.heard.map(({ headers }) => headers['idempotency-key'])).toEqual(['key-0', 'key-1', 'key-2', 'key-3']);
    expect(alive.last).toMatchObject({ method, url: '/api/orders?x=%20', body: body ?? '' });
    expect(alive.last.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1' });
  });

  it('is found again where it was, without a reload', async () => {
    const port = await freePort();
    await using alive = await Upstream.listening();
    await using nginx = await Nginx.before([`http://127.0.0.1:${port}`, alive.url]);
    await raw(nginx.port, { path: '/api/orders' });
    await raw(nginx.port, { path: '/api/orders' });
    await using back = await Upstream.listening(undefined, port);
    const began = Date.now();
    while (back.heard.length === 0) await raw(nginx.port, { path: '/api/orders' });
    expect(Date.now() - began).toBeLessThan(FAIL_TIMEOUT + 1500);
  });
});

describeProxy('a replica that hangs', () => {
  it('holds a read up no longer than 15 s: then the other one answers it', async () => {
    await using hung = await Upstream.listening(() => undefined);
    await using alive = await Upstream.listening();
    await using nginx = await Nginx.before([hung.url, alive.url]);
    const began = Date.now();
    const answers = await Promise.all([0, 1].map(() => raw(nginx.port, { path: '/api/orders' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(hung.count('GET')).toBe(1);
    expect(Date.now() - began).toBeLessThan(17_000);
  });
});

/** Resolves when it is told. */
const heard = (socket: Socket, event: string): Promise<void> =>
  new Promise((resolve) => socket.once(event, () => resolve()));

/** A Socket.IO process that tells each client which one it is. */
class SocketReplica implements AsyncDisposable {
  clients = 0;

  private constructor(
    private readonly io: Server,
    readonly url: string,
  ) {}

  static async listening(): Promise<SocketReplica> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const io = new Server(server);
    const replica = new SocketReplica(io, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    io.on('connection', (socket) => {
      replica.clients++;
      socket.on('echo', (word: string, answer: (word: string) => void) => answer(word));
    });
    return replica;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.io.close();
  }
}

describeProxy('Socket.IO clients', () => {
  const sockets: Socket[] = [];
  let replicas: SocketReplica[];
  let nginx: Nginx;
  beforeAll(async () => {
    replicas = [await SocketReplica.listening(), await SocketReplica.listening()];
    nginx = await Nginx.before(replicas.map(({ url }) => url));
  });
  afterAll(async () => {
    for (const socket of sockets) socket.disconnect();
    await nginx?.[Symbol.asyncDispose]();
    for (const replica of replicas ?? []) await replica[Symbol.asyncDispose]();
  });

  async function connected(transports: string[]): Promise<Socket> {
    const socket = io(nginx.url, { transports, forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 50 });
    sockets.push(socket);
    await heard(socket, 'connect');
    return socket;
  }

  it('that speak WebSocket are shared out among the replicas, though they have one address', async () => {
    await Promise.all(Array.from({ length: 8 }, () => connected(['websocket'])));
    expect(replicas.map(({ clients }) => clients)).toEqual([4, 4]);
  });

  it('that poll stay with one replica, with many requests at once', async () => {
    const before = replicas.map(({ clients }) => clients);
    const polling = await Promise.all(Array.from({ length: 4 }, () => connected(['polling'])));
    const words = await Promise.all(
      polling.flatMap((socket) =>
        ['one', 'two', 'three'].map((word) => socket.timeout(5000).emitWithAck('echo', word) as Promise<string>),
      ),
    );
    expect(words).toHaveLength(12);
    expect(replicas.map(({ clients }, index) => clients - before[index]!).toSorted()).toEqual([0, 4]);
  });

  it('may go from polling to WebSocket on the way', async () => {
    const socket = await connected(['polling', 'websocket']);
    if (socket.io.engine.transport.name !== 'websocket') await once(socket.io.engine as never, 'upgrade');
    expect(await socket.timeout(5000).emitWithAck('echo', 'still here')).toBe('still here');
  });

  it('keep their connection while new workers take over', async () => {
    const socket = await connected(['websocket']);
    const { id } = socket;
    await nginx.reload();
    expect(await socket.timeout(5000).emitWithAck('echo', 'still here')).toBe('still here');
    expect(socket.id).toBe(id);
  });

  it('that poll find the other replica when theirs is gone', async () => {
    const before = replicas.map(({ clients }) => clients);
    const socket = await connected(['polling']);
    const mine = replicas.findIndex(({ clients }, index) => clients > before[index]!);
    const again = heard(socket, 'disconnect').then(() => heard(socket, 'connect'));
    await replicas[mine]![Symbol.asyncDispose]();
    await again;
    for (const word of ['one', 'two', 'three']) expect(await socket.timeout(5000).emitWithAck('echo', word)).toBe(word);
  });
});
