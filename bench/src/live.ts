import { once } from 'node:events';
import type { OrderEvent } from '@qc/contracts';
import { io, type Socket } from 'socket.io-client';
import { latency, type Pair } from './figures.ts';
import { Child } from './processes.ts';
import { accept, type Person, place, type Shop } from './shop.ts';

type Committed = { committed?: { ids: string[]; at: number } };

const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** From the moment that the commit returned to the moment that the order's customer has the event. */
export class LivePath {
  private readonly host: Child;
  private readonly echo: Child;
  private readonly customer: Person;
  private readonly partner: Person;
  private readonly productId: string;
  private readonly committedAt = new Map<string, number>();
  private readonly heardAt = new Map<string, number>();
  private sample?: object;

  private constructor(host: Child, echo: Child, customer: Person, partner: Person, productId: string) {
    this.host = host;
    this.echo = echo;
    this.customer = customer;
    this.partner = partner;
    this.productId = productId;
  }

  static async prepare(shop: Shop, host: Child): Promise<LivePath> {
    const [customer] = await shop.people('customer', 1);
    const [partner] = await shop.people('partner', 1);
    const [product] = await shop.products(1);
    const path = new LivePath(host, await Child.start('./echo.ts'), customer!, partner!, product!.id);
    host.hear((message) => {
      const { committed } = message as Committed;
      for (const id of committed?.ids ?? []) path.committedAt.set(id, committed!.at);
    });
    host.tell('report commits');
    return path;
  }

  /** The same with the customer connected to another process: how much later the event is there. */
  async acrossProcesses(count: number, other: Child, freePartners: () => Promise<void>): Promise<Pair> {
    const [here, there] = await Promise.all(
      [this.host, other].map(({ url }) => connect(url, { token: this.customer.token })),
    );
    const [ours, floor]: [number[], number[]] = [[], []];
    const began = performance.now();
    for (let index = 0; index < count; index += 1) {
      for (const [socket, delays] of [
        [here, floor],
        [there, ours],
      ] as const) {
        await freePartners();
        delays.push(await this.acceptOne(socket!));
      }
    }
    const rate = (count * 1000) / (performance.now() - began);
    for (const socket of [here, there]) socket!.disconnect();
    return { ours: { rate, ...latency(ours) }, floor: { rate, ...latency(floor) } };
  }

  /** A partner takes one order after the other, at a pace that leaves the machine idle: latency, not throughput. */
  async accept(count: number, freePartners: () => Promise<void>): Promise<Pair> {
    const socket = await connect(this.host.url, { token: this.customer.token });
    const bare = await connect(this.echo.url);
    const [ours, floor]: [number[], number[]] = [[], []];
    const began = performance.now();
    for (let index = 0; index < count; index += 1) {
      await freePartners();
      ours.push(await this.acceptOne(socket));
      floor.push(await this.emitOne(bare));
    }
    const rate = (count * 1000) / (performance.now() - began);
    socket.disconnect();
    bare.disconnect();
    return { ours: { rate, ...latency(ours) }, floor: { rate, ...latency(floor) } };
  }

  async stop(): Promise<void> {
    await this.echo.stop();
  }

  /** Milliseconds from the commit to the customer. */
  private async acceptOne(socket: Socket): Promise<number> {
    const { id } = await place(this.customer, this.productId);
    const heard = new Promise<OrderEvent>((resolve) => {
      const listen = (event: OrderEvent): void => {
        const at = now();
        if (event.orderId !== id || event.type !== 'assigned') return;
        this.heardAt.set(event.eventId, at);
        socket.off('orderUpdated', listen);
        resolve(event);
      };
      socket.on('orderUpdated', listen);
    });
    await accept(this.partner, id);
    const event = await heard;
    this.sample = event;
    return this.heardAt.get(event.eventId)! - (await this.commitOf(event.eventId));
  }

  /** The same object, emitted to a room of one. Milliseconds. */
  private async emitOne(socket: Socket): Promise<number> {
    this.echo.tell({ emit: this.sample! });
    const [{ at }] = (await once(socket as never, 'orderUpdated')) as [{ at: number }];
    return now() - at;
  }

  /** The report may come after the event itself. */
  private async commitOf(eventId: string): Promise<number> {
    while (!this.committedAt.has(eventId)) await new Promise((resolve) => setImmediate(resolve));
    return this.committedAt.get(eventId)!;
  }
}

async function connect(url: string, auth: object = {}): Promise<Socket> {
  const socket = io(url, { auth, transports: ['websocket'], forceNew: true });
  await once(socket as never, 'connect');
  return socket;
}
