import { randomUUID } from 'node:crypto';
import type { CreateProduct, Invitation, Order, Role, SessionList } from '@qc/contracts';
import { AccountsService } from '../../src/auth/accounts.service';
import type { Client } from '../support/client';
import { TestServer } from '../support/test-server';

/** A thing that a request names, and whose it is. */
export interface Thing {
  id: string;
  /** Undefined: nobody's in particular. */
  owner?: Client;
}

/** Makes a thing that belongs to somebody of this role. */
export type Make = (world: World, role: Role) => Promise<Thing>;

/** People and things to ask for: each made anew, since asking may change it. */
export class World {
  private constructor(
    readonly server: TestServer,
    readonly admin: Client,
    private readonly productId: string,
  ) {}

  static async start(overrides: Record<string, string> = {}): Promise<World> {
    const server = await TestServer.start(overrides);
    const { id } = await server.product({ stock: 1_000_000 });
    return new World(server, await server.admin(), id);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** Somebody of this role whom nobody knows yet; there is one admin. */
  person(role: Role): Promise<Client> {
    if (role === 'admin') return Promise.resolve(this.admin);
    return role === 'customer' ? this.server.customer() : this.server.partner();
  }

  /** Somebody else of this role, also where there is one whom everybody knows. */
  async stranger(role: Role): Promise<Client> {
    if (role !== 'admin') return this.person(role);
    const account = { email: `${randomUUID()}@test.example`, password: 'correct horse' };
    await this.server.app.get(AccountsService).create({ ...account, role, profile: { firstName: 'Dev' } });
    return this.server.anonymous().signIn(account.email, account.password);
  }

  /** Somebody's session on another device than the one that asks. */
  async session(role: Role): Promise<Thing> {
    const owner = await this.stranger(role);
    const { items } = (await owner.get<SessionList>('/auth/sessions')).body;
    await this.server.anonymous().signIn(owner.user.email, 'correct horse');
    const now = (await owner.get<SessionList>('/auth/sessions')).body.items;
    return { id: now.find(({ id }) => id !== items[0]!.id)!.id, owner };
  }

  async invitation(): Promise<Thing> {
    const email = `${randomUUID()}@test.example`;
    return { id: (await this.admin.post<Invitation>('/admin/invitations', { email })).body.id };
  }

  async product(fields: Partial<CreateProduct> = {}): Promise<Thing> {
    return { id: (await this.server.product(fields)).id };
  }

  get items(): { productId: string; quantity: number }[] {
    return [{ productId: this.productId, quantity: 1 }];
  }

  /** An order that waits for a partner. */
  async waiting(customer?: Client): Promise<Order> {
    return (await (customer ?? (await this.person('customer'))).placeOrder(this.items)).body;
  }

  /** An order in a partner's hands, of a customer or a partner who is asked about. */
  async assigned(role: Role): Promise<Thing> {
    const [customer, partner] = await Promise.all([this.person('customer'), this.person('partner')]);
    const order = await this.waiting(customer);
    await partner.accept(order.id);
    return { id: order.id, owner: role === 'customer' ? customer : role === 'partner' ? partner : this.admin };
  }

  async delivered(role: Role): Promise<Thing> {
    const [customer, partner] = await Promise.all([this.person('customer'), this.person('partner')]);
    const order = await this.waiting(customer);
    await partner.accept(order.id);
    for (const status of ['picked_up', 'in_transit', 'delivered']) await partner.move(order.id, status);
    return { id: order.id, owner: role === 'customer' ? customer : role === 'partner' ? partner : this.admin };
  }
}
