import { randomUUID } from 'node:crypto';
import { getConnectionToken } from '@nestjs/mongoose';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { CreateProduct, Order, Product, UpdateSettings } from '@qc/contracts';
import type { Connection } from 'mongoose';
import { createApp } from '../../src/create-app';
import { DEMO_PASSWORD } from '../../src/demo/demo-shop';
import { Clock } from '../../src/platform/clock';
import { readEnv } from '../../src/platform/env';
import { Client } from './client';

/** The whole server on a real replica set, a database of its own, a port of its own; filled with the demo shop. */
export class TestServer {
  private offset = 0;
  private accounts = 0;

  private constructor(
    readonly app: NestExpressApplication,
    readonly url: string,
  ) {
    const clock = app.get(Clock);
    clock.now = () => new Date(Date.now() + this.offset);
  }

  /** @param overrides environment variables, as the product reads them */
  static async start(overrides: Record<string, string> = {}): Promise<TestServer> {
    const uri = new URL(process.env['MONGODB_TEST_URI']!);
    uri.pathname = `/qc_${randomUUID().slice(0, 8)}`;
    const env = readEnv({
      NODE_ENV: 'test',
      PORT: '0',
      MONGODB_URI: uri.href,
      JWT_SECRET: 'a secret of the tests that is long enough',
      FIELD_KEYS: 'test:dGhlIGtleSBvZiB0aGUgdGVzdHMgaXMgMzIgYnl0ZXM=',
      BCRYPT_ROUNDS: '4',
      RATE_LIMIT_ENABLED: 'false',
      LOG_LEVEL: 'silent',
      ...overrides,
    });
    const app = await createApp(env);
    await app.listen(0, '127.0.0.1');
    return new TestServer(app, await app.getUrl());
  }

  /** Another server on the same database: it shares no memory with this one. Ends by `app.close()`. */
  beside(overrides: Record<string, string> = {}): Promise<TestServer> {
    const uri = new URL(process.env['MONGODB_TEST_URI']!);
    uri.pathname = `/${this.database.name}`;
    return TestServer.start({ ...overrides, MONGODB_URI: uri.href });
  }

  async stop(): Promise<void> {
    await this.database.dropDatabase();
    await this.app.close();
  }

  get database(): Connection {
    return this.app.get<Connection>(getConnectionToken());
  }

  /** Moves the server's clock ahead, for good. Milliseconds. */
  advance(by: number): void {
    this.offset += by;
  }

  anonymous(): Client {
    return new Client(this.url);
  }

  async admin(): Promise<Client> {
    return this.anonymous().signIn('admin@demo.test', DEMO_PASSWORD);
  }

  /** A new account each time. */
  customer(firstName = 'Asha'): Promise<Client> {
    return this.register('customer', firstName);
  }

  /** A new account each time, at work unless told otherwise. */
  async partner({ available = true, firstName = 'Ravi' } = {}): Promise<Client> {
    const partner = await this.register('partner', firstName);
    if (available) await partner.put('/delivery/availability', { available });
    return partner;
  }

  partners(count: number): Promise<Client[]> {
    return Promise.all(Array.from({ length: count }, () => this.partner()));
  }

  /** A product of its own, so that nobody else takes from its stock. */
  async product(fields: Partial<CreateProduct> = {}): Promise<Product> {
    const admin = await this.admin();
    const answer = await admin.post<Product>('/products', {
      name: 'Test tea',
      category: 'Tests',
      price: 1000,
      stock: 100,
      ...fields,
    });
    return answer.body;
  }

  /** An order that waits for a partner. */
  async readyOrder(customer?: Client, fields: object = {}): Promise<Order> {
    const buyer = customer ?? (await this.customer());
    const { id } = await this.product();
    return (await buyer.placeOrder([{ productId: id, quantity: 1 }], fields)).body;
  }

  /** An order in the partner's hands. */
  async assignedOrder(partner: Client, customer?: Client): Promise<Order> {
    const order = await this.readyOrder(customer);
    return (await partner.post<Order>(`/orders/${order.id}/accept`)).body;
  }

  async settings(change: UpdateSettings): Promise<void> {
    await (await this.admin()).put('/admin/settings', change);
  }

  private async register(role: 'customer' | 'partner', firstName: string): Promise<Client> {
    this.accounts += 1;
    const email = `${role}.${this.accounts}@test.example`;
    return this.anonymous().register({
      email,
      password: 'correct horse',
      role,
      profile: { firstName, phone: `+91 90000 ${String(10_000 + this.accounts)}` },
    });
  }
}
