import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, Page, Product } from '@qc/contracts';
import { Client } from './support/client';
import { carry, refusal } from './support/steps';
import { Victim } from './support/victim';

const ADMIN = { email: 'owner.of.all@shop.example', password: 'Quondam-admin-88' };
const SECRETS = {
  email: 'xanthippe.quill@mail.example',
  password: 'Zymurgy-horse-91',
  wrong: 'Wrongly-guessed-17',
  firstName: 'Xanthippe',
  phone: '+91 77777 12345',
  street: '17 Zephyr Crescent',
  note: 'bring it to the gazebo',
  search: 'gorgonzola',
  resetToken: 'Rt'.repeat(21) + 'x',
  badJson: 'hunter-in-no-json',
  badToken: `eyJhbGciOiJub25lIn0.${'Q'.repeat(40)}.`,
};

describe('the log of a production server at its most talkative', () => {
  let server: Victim;
  /** Those that the server gave out, by what they are. */
  const given: Record<string, string> = {};
  const statuses: number[] = [];

  beforeAll(async () => {
    server = await Victim.prepare({
      more: {
        NODE_ENV: 'production',
        LOG_LEVEL: 'trace',
        BCRYPT_ROUNDS: '10',
        ADMIN_EMAIL: ADMIN.email,
        ADMIN_PASSWORD: ADMIN.password,
      },
    });
    await server.start();
    await live();
    // what was asked last is in the log
    await new Client(server.url).get('/config');
    for (const deadline = Date.now() + 5000; !server.said.includes('/api/config') && Date.now() < deadline;)
      await new Client(server.url).get('/health/live');
  }, 120_000);
  afterAll(() => server?.end(), 60_000);

  async function live(): Promise<void> {
    const admin = await new Client(server.url).signIn(ADMIN.email, ADMIN.password);
    const { email, password, firstName, phone, street, note } = SECRETS;
    const account = { email, password, role: 'customer', profile: { firstName, phone } } as const;
    const customer = await new Client(server.url).register(account);
    given['access token'] = customer.token!;
    given['refresh token'] = customer.cookie!.split('=')[1]!;
    given['admin’s token'] = admin.token!;
    statuses.push((await customer.post('/auth/register', account)).status);
    statuses.push((await customer.post('/auth/login', { email, password: SECRETS.wrong })).status);
    statuses.push((await customer.post('/auth/login', `{"email": ${SECRETS.badJson}`)).status);
    statuses.push((await customer.post('/auth/password/forgot', { email })).status);
    const reset = { token: SECRETS.resetToken, password: SECRETS.password };
    statuses.push((await customer.post('/auth/password/reset', reset)).status);
    await customer.put('/auth/password', { currentPassword: SECRETS.wrong, newPassword: password });
    await customer.put('/auth/profile', { phone: 'not a phone', firstName });
    await customer.get(`/products?search=${SECRETS.search}`);
    await customer.get(`/nowhere/${encodeURIComponent('x')}?email=${email}&token=${customer.token}`);
    await customer.get('/auth/me', { Authorization: `Bearer ${SECRETS.badToken}` });
    await shop(admin, customer, { street, note });
    await socket(customer);
    await faults(customer, admin);
  }

  async function shop(
    admin: Client,
    customer: Client,
    { street, note }: { street: string; note: string },
  ): Promise<void> {
    const product = (await admin.post<Product>('/products', { name: 'Tea', category: 'Tea', price: 100, stock: 9 }))
      .body;
    await admin.put('/admin/settings', { open: true, autoConfirm: true, autoReady: true });
    const partner = await new Client(server.url).register({
      email: 'courier@mail.example',
      password: SECRETS.password,
      role: 'partner',
      profile: { firstName: 'Ravi', phone: '+91 66666 12345' },
    });
    await partner.put('/delivery/availability', { available: true });
    const fields = { note, deliveryAddress: { street } };
    const order = (await customer.placeOrder([{ productId: product.id, quantity: 1 }], fields)).body;
    given['tracking token'] = order.trackingUrl!.split('/').at(-1)!;
    await new Client(server.url).get(`/track/${given['tracking token']}`);
    await partner.accept(order.id);
    await carry(partner, order.id, 'delivered');
    statuses.push((await customer.get<Page<Order>>('/orders')).status);
    await customer.get('/auth/personal-data');
  }

  async function socket(customer: Client): Promise<void> {
    const live = await customer.connect();
    await live.emitWithAck('authenticate', { token: customer.token! });
    await live.emitWithAck('authenticate', { token: SECRETS.badToken });
    await live.emitWithAck('joinOrder', { orderId: SECRETS.note });
    customer.disconnect();
    await expect(customer.connect({ token: SECRETS.badToken })).rejects.toThrow();
  }

  /** Faults of the database that name, or carry, what was to be written. */
  async function faults(customer: Client, admin: Client): Promise<void> {
    const users = server.database.collection('users');
    await users.createIndex({ 'profile.firstName': 1 }, { unique: true });
    const profile = { firstName: SECRETS.firstName, phone: SECRETS.phone };
    const twin = { email: `twin.${SECRETS.email}`, password: SECRETS.password, role: 'customer', profile };
    expect(refusal(await new Client(server.url).post('/auth/register', twin))).toEqual([500, 'INTERNAL']);
    await server.database.db!.command({ collMod: 'orders', validator: { note: { $ne: SECRETS.note } } });
    const [product] = (await customer.get<Page<Product>>('/products')).body.items;
    const order = { note: SECRETS.note, deliveryAddress: { street: SECRETS.street } };
    const failed = await customer.placeOrder([{ productId: product!.id, quantity: 1 }], order);
    expect(failed.status).toBe(500);
    await server.database
      .collection('users')
      .updateOne({ email: SECRETS.email }, { $set: { 'profile.phone': { kid: 'test', box: 'x' } } });
    expect((await customer.get('/auth/me')).status).toBe(500);
    expect((await admin.get('/admin/delivery-partners')).status).toBe(200);
  }

  it('tells of what went wrong', () => {
    expect(statuses).toEqual([409, 401, 400, 204, 410, 200]);
    const lines = server.said
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { err?: { type: string }; req?: object; msg?: string });
    expect(lines.length).toBeGreaterThan(40);
    expect(lines.filter(({ req }) => req).length).toBeGreaterThan(25);
    const faults = lines.flatMap(({ err }) => (err ? [err.type] : []));
    expect(faults).toEqual(expect.arrayContaining(['MongoBulkWriteError', 'TypeError']));
  });

  it.each([
    ...Object.entries(SECRETS),
    ...Object.entries(ADMIN).map(([name, value]) => [`admin’s ${name}`, value] as const),
  ])('holds no %s', (_name, secret) => {
    expect(server.said).not.toContain(secret);
    expect(server.said.toLowerCase()).not.toContain(secret.toLowerCase());
  });

  it('holds no token that was given out, nor a part that would do', () => {
    expect(Object.keys(given)).toHaveLength(4);
    for (const [name, token] of Object.entries(given)) {
      expect([name, server.said.includes(token)]).toEqual([name, false]);
      expect([name, server.said.includes(token.slice(-20))]).toEqual([name, false]);
    }
    expect(server.said).not.toMatch(/eyJ[\w-]{10}|qc_refresh=\S|Bearer ey|\$2b\$/);
  });
});
