import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol: length, request, answer to, opcode; then flags and sections. */
const HEADER = 16;
const OP_MSG = 2013;
const FIRST_KEY = HEADER + 4 + 1 + 4 + 1;

interface Message {
  bytes: Buffer;
  id: number;
  answerTo: number;
  /** The first key of the command document. */
  command: string;
}

/** `before`: how many of the kind pass first. */
interface Catch {
  command: string;
  held: Held;
  before: number;
}

/** One message that is kept back. */
export class Held {
  private readonly arrival = new EventEmitter();
  private arrived = false;

  /** Resolves when the message has come this far. */
  async reached(): Promise<void> {
    if (!this.arrived) await once(this.arrival, 'here');
  }

  arrive(): void {
    this.arrived = true;
    this.arrival.emit('here');
  }
}

/** Stands between the API and one MongoDB server, knows the commands that pass, and can be slow, silent or gone. */
export class WireProxy {
  /** Milliseconds, each way. */
  delay = 0;
  private readonly pairs = new Set<[Socket, Socket]>();
  private request?: Catch;
  private answer?: Catch;
  private refusing = false;

  private constructor(
    private readonly server: Server,
    private readonly port: number,
    private readonly host: string,
  ) {
    server.on('connection', (client: Socket) => this.join(client));
  }

  /** @param uri of the server behind it */
  static async before(uri: string): Promise<WireProxy> {
    const { hostname, port } = new URL(uri);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WireProxy(server, Number(port), hostname);
  }

  /** Through here, to that one server only. */
  uri(database: string): string {
    const { port } = this.server.address() as AddressInfo;
    return `mongodb://127.0.0.1:${port}/${database}?directConnection=true`;
  }

  /** Keeps the nth such request from now on back for good: the server never hears of it. */
  holdRequest(command: string, nth = 1): Held {
    const held = new Held();
    this.request = { command, held, before: nth - 1 };
    return held;
  }

  /** Lets the nth such request from now on through and keeps its answer back: it took place, and nobody knows. */
  holdAnswer(command: string, nth = 1): Held {
    const held = new Held();
    this.answer = { command, held, before: nth - 1 };
    return held;
  }

  /** Every connection breaks, in the middle of whatever it carries. */
  cut(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
  }

  /** Nothing comes through until `restore`. */
  goAway(): void {
    this.refusing = true;
    this.cut();
  }

  restore(): void {
    this.refusing = false;
  }

  async stop(): Promise<void> {
    this.goAway();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    if (this.refusing) return void client.destroy();
    const server = connect(this.port, this.host);
    const pair: [Socket, Socket] = [client, server];
    const awaited = new Map<number, Held>();
    this.pairs.add(pair);
    for (const [one, other] of [pair, [server, client] as const]) {
      one.setNoDelay(true);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        other.destroy();
        this.pairs.delete(pair);
      });
    }
    void this.pass(client, server, (message) => this.stopsRequest(message, awaited));
    void this.pass(server, client, ({ answerTo }) => {
      const held = awaited.get(answerTo);
      held?.arrive();
      return held !== undefined;
    });
  }

  private async pass(from: Socket, to: Socket, stops: (message: Message) => boolean): Promise<void> {
    try {
      for await (const message of messages(from)) {
        if (stops(message)) continue;
        if (this.delay) await pause(this.delay);
        to.write(message.bytes);
      }
    } catch {
      // a connection that was cut has told its other end already
    }
  }

  private stopsRequest({ command, id }: Message, awaited: Map<number, Held>): boolean {
    if (isCaught(this.answer, command)) {
      awaited.set(id, this.answer.held);
      this.answer = undefined;
    }
    if (!isCaught(this.request, command)) return false;
    this.request.held.arrive();
    this.request = undefined;
    return true;
  }
}

/** Counts down those that are let through first. */
function isCaught(wanted: Catch | undefined, command: string): wanted is Catch {
  if (wanted?.command !== command) return false;
  if (wanted.before === 0) return true;
  wanted.before -= 1;
  return false;
}

/** Whole messages, however the network cuts them. */
async function* messages(socket: Socket): AsyncGenerator<Message> {
  let rest = Buffer.alloc(0);
  for await (const chunk of socket) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= HEADER && rest.length >= rest.readInt32LE(0)) {
      const bytes = rest.subarray(0, rest.readInt32LE(0));
      rest = rest.subarray(bytes.length);
      yield { bytes, id: bytes.readInt32LE(4), answerTo: bytes.readInt32LE(8), command: commandOf(bytes) };
    }
  }
}

function commandOf(bytes: Buffer): string {
  if (bytes.readInt32LE(12) !== OP_MSG) return '';
  return bytes.toString('utf8', FIRST_KEY, bytes.indexOf(0, FIRST_KEY));
}
