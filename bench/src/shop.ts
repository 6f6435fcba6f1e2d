import { Agent, request } from 'node:http';
import type { CreateProduct, Order, PlaceOrder, Product, Register, Session } from '@qc/contracts';

const PASSWORD = 'correct horse';

/** One person's requests over connections that are kept, as behind nginx. */
export class Person {
  readonly token: string;
  readonly id: string;
  private readonly url: string;
  private readonly agent: Agent;

  constructor(url: string, agent: Agent, token = '', id = '') {
    this.url = url;
    this.agent = agent;
    this.token = token;
    this.id = id;
  }

  /** @throws Error for anything but a good answer: a bench that counts refusals measures nothing */
  async send<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const options = {
      method,
      agent: this.agent,
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
        ...headers,
      },
    };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.url}/api${path}`, options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const said = Buffer.concat(chunks).toString();
          if (answer.statusCode! < 300) resolve((said ? JSON.parse(said) : undefined) as T);
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${said}`));
        });
      });
      sent.on('error', reject);
      sent.end(text);
    });
  }

  as({ accessToken, user }: Session): Person {
    return new Person(this.url, this.agent, accessToken, user.id);
  }
}

/** Accounts and goods of one bench, made through the public API. */
export class Shop {
  private readonly anonymous: Person;
  private accounts = 0;

  constructor(url: string) {
    this.anonymous = new Person(url, new Agent({ keepAlive: true }));
  }

  async admin(): Promise<Person> {
    const login = { email: 'admin@demo.test', password: 'Demo-pass-123' };
    return this.anonymous.as(await this.anonymous.send('POST', '/auth/login', login));
  }

  async people(role: 'customer' | 'partner', count: number): Promise<Person[]> {
    return Promise.all(Array.from({ length: count }, () => this.register(role)));
  }

  async products(count: number): Promise<Product[]> {
    const admin = await this.admin();
    const fields = { category: 'Bench', price: 4250, stock: 1_000_000 } satisfies Partial<CreateProduct>;
    return Promise.all(
      Array.from({ length: count }, (_, index) =>
        admin.send<Product>('POST', '/products', { name: `Tea ${index}`, ...fields }),
      ),
    );
  }

  private async register(role: 'customer' | 'partner'): Promise<Person> {
    this.accounts += 1;
    const account: Register = {
      email: `${role}.${this.accounts}@bench.example`,
      password: PASSWORD,
      role,
      profile: { firstName: 'Asha', phone: `+91 90000 ${10_000 + this.accounts}` },
    };
    const person = this.anonymous.as(await this.anonymous.send('POST', '/auth/register', account));
    if (role === 'partner') await person.send('PUT', '/delivery/availability', { available: true });
    return person;
  }
}

/** A basket of one line, paid in cash, with a key as every client of ours sends it. */
export function place(customer: Person, productId: string): Promise<Order> {
  const order: PlaceOrder = {
    items: [{ productId, quantity: 1 }],
    deliveryAddress: { street: '5 Park Lane', city: 'Bengaluru' },
    paymentMethod: 'cash',
  };
  return customer.send('POST', '/orders', order, key());
}

export function accept(partner: Person, orderId: string): Promise<Order> {
  return partner.send('POST', `/orders/${orderId}/accept`, undefined, key());
}

function key(): Record<string, string> {
  return { 'Idempotency-Key': crypto.randomUUID() };
}
