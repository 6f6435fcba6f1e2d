import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'socket.io';
import type { Env } from '../env';
import { addressKey, clientAddress } from '../limits/client-address';
import type { RateStore } from '../limits/rate-store';
import { TokenBucket } from '../limits/token-bucket';
import { unreadOf } from './unread';

type Wire = Socket['conn'];

const MINUTE = 60_000;
/** Milliseconds between two looks at who does not read. */
const PATROL = 1000;
/** Bytes that wait for one client, of its messages and of a batch on its way. It can fetch all it missed when it is back. */
const MOST_UNREAD = 1024 * 1024;
/** Packets are also pings, joins of a namespace and nonsense: what the gate for messages refuses by name is less. */
const PACKETS_A_MESSAGE = 4;

/** What one address, and one connection, may cost below the level of messages: those who go beyond are cut off without a word. */
export class WireLimits {
  private readonly wires = new Set<Wire>();
  private readonly open = new Map<string, number>();

  constructor(
    private readonly env: Env,
    private readonly store: RateStore,
  ) {}

  /** Whether a new connection of this address is taken; a client that is refused tries again later by itself. */
  async admits(request: IncomingMessage): Promise<boolean> {
    if (!this.env.RATE_LIMIT_ENABLED) return true;
    const address = this.addressOf(request);
    if ((this.open.get(address) ?? 0) >= this.env.RATE_LIMIT_ADDRESS_CONNECTIONS) return false;
    return !(await this.store.increment(`handshakes:${address}`, MINUTE, this.env.RATE_LIMIT_HANDSHAKES)).isBlocked;
  }

  watch({ engine }: Server): void {
    engine.on('connection', (wire: Wire) => {
      this.count(wire);
      this.hold(wire);
    });
    if (!this.env.RATE_LIMIT_ENABLED) return;
    const patrol = setInterval(() => {
      for (const wire of this.wires) if (unreadOf(wire) > MOST_UNREAD) cutOff(wire);
    }, PATROL).unref();
    engine.once('close', () => clearInterval(patrol));
  }

  private count(wire: Wire): void {
    const address = this.addressOf(wire.request);
    this.wires.add(wire);
    this.open.set(address, (this.open.get(address) ?? 0) + 1);
    wire.once('close', () => {
      this.wires.delete(wire);
      const left = this.open.get(address)! - 1;
      if (left) this.open.set(address, left);
      else this.open.delete(address);
    });
  }

  /** No message of the contract is binary. */
  private hold(wire: Wire): void {
    const rate = this.env.RATE_LIMIT_MESSAGES * PACKETS_A_MESSAGE;
    const packets = this.env.RATE_LIMIT_ENABLED ? new TokenBucket(rate, 2 * rate) : undefined;
    wire.on('packet', ({ data }: { data?: unknown }) => {
      if (ArrayBuffer.isView(data) || packets?.take() === false) cutOff(wire);
    });
  }

  private addressOf(request: IncomingMessage): string {
    return addressKey(clientAddress(request, this.env.TRUST_PROXY));
  }
}

/** At once: what waits for it is thrown away, and its TCP connection is not asked to agree. */
function cutOff(wire: Wire): void {
  const { socket } = wire.transport as { socket?: { terminate?: () => void } };
  wire.close(true);
  socket?.terminate?.();
}
