import { EventEmitter } from 'node:events';
import type { JoinedAdminRoom, JoinedOrder, Order, OrderEvent, Page } from '@qc/contracts';
import type { Client, LiveClient } from './client';
import { ask } from './live';

/** Milliseconds after which an event that did not come is missed. */
const BOUND = 5000;

/**
 * One person's picture of their orders, kept as the contract asks of a client: what comes twice is dropped, a gap is
 * asked for, and who was away asks for what came after the last `seq`. It never looks at the order by REST while it is
 * connected, so that what it shows is what was told.
 */
export class LiveView {
  /** Of each order that is this person's, the newest version heard of. */
  readonly orders = new Map<string, Order>();
  /** Events that did not follow on the one before: none, for one who was a party from the first on and never away. */
  readonly gaps: string[] = [];
  /** The last `seq` of each order, also of those that are no longer theirs. */
  private readonly seen = new Map<string, number>();
  private readonly asking = new Map<string, Promise<void>>();
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private socket?: LiveClient;
  private cursor?: string;

  constructor(private readonly person: Client) {}

  get connected(): boolean {
    return this.socket !== undefined;
  }

  /** Connects, and asks for what was missed. */
  async connect(): Promise<void> {
    const socket = this.person.socket();
    // before it is connected: the first event may come with the connection
    socket.on('orderUpdated', (event) => this.hear(event as OrderEvent));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
      socket.connect();
    });
    this.socket = socket;
    if (this.person.user.role === 'admin') await this.joinAdmins();
    else await this.catchUp();
  }

  /** As `connect`, and comes back by itself whenever the connection breaks. */
  async stayConnected(): Promise<void> {
    const socket = this.person.socket(undefined, {
      reconnection: true,
      reconnectionDelay: 200,
      reconnectionDelayMax: 1000,
    });
    socket.on('orderUpdated', (event) => this.hear(event as OrderEvent));
    this.socket = socket;
    await new Promise<void>((resolve) => {
      // cut once more in between: there will be another connect
      socket.on('connect', () => void this.catchUp().then(resolve, () => undefined));
      socket.connect();
    });
  }

  disconnect(): void {
    this.socket?.disconnect();
    delete this.socket;
  }

  /** Joins the order's room. False: it is not for this person. */
  async join(orderId: string): Promise<boolean> {
    const after = this.seen.get(orderId) ?? 0;
    const answer = await ask<JoinedOrder>(this.socket!, 'joinOrder', { orderId, after });
    if (!answer.ok) {
      if (answer.code !== 'ORDER_NOT_FOUND') throw new Error(`joinOrder: ${answer.code}`);
      this.orders.delete(orderId);
      return false;
    }
    const order = answer.order as Order;
    for (const event of answer.missed as OrderEvent[]) this.take(orderId, event.seq, event.order);
    this.take(orderId, order.version, order);
    return true;
  }

  /** Resolves when this version has been heard of. Rejects after 5 s, so that what is missed has a name. */
  async reaches(orderId: string, version: number): Promise<void> {
    const overdue = AbortSignal.timeout(BOUND);
    while ((this.seen.get(orderId) ?? 0) < version) {
      await new Promise<void>((resolve, reject) => {
        const missed = () => {
          const { role, id } = this.person.user;
          const last = this.seen.get(orderId) ?? 0;
          reject(new Error(`${role} ${id} has heard of order ${orderId} up to ${last}, and it is at ${version}`));
        };
        if (overdue.aborted) return missed();
        overdue.addEventListener('abort', missed, { once: true });
        this.changes.once(orderId, () => {
          overdue.removeEventListener('abort', missed);
          resolve();
        });
      });
    }
    await this.asking.get(orderId);
  }

  private hear({ orderId, seq, order }: OrderEvent): void {
    const last = this.seen.get(orderId) ?? 0;
    if (seq <= last) return;
    if (seq === last + 1) return this.take(orderId, seq, order);
    this.gaps.push(`${orderId}: ${seq} came after ${last}`);
    this.fill(orderId);
  }

  /** One question at a time; what comes meanwhile and still does not follow asks again. */
  private fill(orderId: string): void {
    const earlier = this.asking.get(orderId) ?? Promise.resolve();
    const asked = earlier
      .then(() => (this.connected ? this.join(orderId) : false))
      .then(
        () => undefined,
        () => undefined, // cut meanwhile: whoever comes back asks for everything
      )
      .finally(() => {
        if (this.asking.get(orderId) === asked) this.asking.delete(orderId);
      });
    this.asking.set(orderId, asked);
  }

  private take(orderId: string, seq: number, order: Order): void {
    if (seq <= (this.seen.get(orderId) ?? 0)) return;
    const wasMine = this.isMine(this.orders.get(orderId));
    this.seen.set(orderId, seq);
    // a partner keeps what is theirs, and what they look at while it waits
    const gone = this.person.user.role === 'partner' && !this.isMine(order) && (wasMine || order.status !== 'ready');
    if (gone) this.orders.delete(orderId);
    else this.orders.set(orderId, order);
    this.changes.emit(orderId);
  }

  private isMine(order: Order | undefined): boolean {
    return order?.partner?.id === this.person.user.id;
  }

  private async joinAdmins(): Promise<void> {
    const message = this.cursor === undefined ? {} : { after: this.cursor };
    const answer = await ask<JoinedAdminRoom>(this.socket!, 'joinAdminRoom', message);
    if (!answer.ok) throw new Error(`joinAdminRoom: ${answer.code}`);
    this.cursor = answer.cursor;
    for (const event of answer.missed) this.hear(event);
    if (answer.reset) await this.catchUp();
  }

  /** Their orders, as any client lists them when it comes back; each from where it was left. */
  private async catchUp(): Promise<void> {
    const { body } = await this.person.get<Page<Order>>('/orders?limit=100');
    const theirs = new Set(body.items.map(({ id }) => id));
    for (const id of new Set([...theirs, ...this.orders.keys()])) await this.join(id);
  }
}

/** What of a view must be as it is in the database; the lock, the arrival and the partner's place are live. */
export function lasting(order: Order): object {
  const { lock: _lock, eta: _eta, partner, ...rest } = order;
  const { location: _location, ...who } = partner ?? {};
  return { ...rest, partner: partner && who };
}
