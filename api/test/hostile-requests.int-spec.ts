import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemBody } from '@qc/contracts';
import { ROUTES, type RouteKey } from '../src/auth/access';
import type { Answer, Client } from './support/client';
import { raw } from './support/raw';
import { TestServer } from './support/test-server';

const UNKNOWN = '0'.repeat(24);
const SHOP = 'https://shop.example';

interface Schema {
  $ref?: string;
  type?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
}
interface Operation {
  parameters?: { in: string; name: string }[];
  requestBody?: { content?: Record<string, { schema: Schema }> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}
/** A route with what it takes. */
interface Entrance {
  name: string;
  method: string;
  path: string;
  body?: Schema;
  queries: string[];
}

/** What an attacker would like to have stored. */
const WISHES = {
  role: 'admin',
  passwordHash: 'x',
  total: 0,
  customerId: UNKNOWN,
  version: 1,
  isAdmin: true,
  _id: UNKNOWN,
};

/** Each makes some pattern somewhere go back again and again, and fits into a body of 100 kB. */
const EVIL = [
  `${'a'.repeat(80_000)}!`,
  `${'1'.repeat(80_000)}x`,
  `${' '.repeat(80_000)}x`,
  `${'a@'.repeat(40_000)}`,
  `a@${'a.'.repeat(40_000)}`,
  `https://${'/'.repeat(80_000)} `,
  `${'+-() '.repeat(16_000)}x`,
  `2026-01-01T00:00:00.${'0'.repeat(80_000)}x`,
  `${'\\"<>'.repeat(16_000)}`,
];
/** Milliseconds; a pattern that goes back takes minutes for these. */
const SOON = 3000;

describe('hostile requests', () => {
  let server: TestServer;
  let port: number;
  let document: Document;
  let entrances: Entrance[];
  let people: Record<'customer' | 'partner' | 'admin' | 'anyone', Client>;
  beforeAll(async () => {
    server = await TestServer.start({ CORS_ORIGIN: `${SHOP}, https://ops.example` });
    port = Number(new URL(server.url).port);
    const [customer, partner, admin] = await Promise.all([server.customer(), server.partner(), server.admin()]);
    people = { customer, partner, admin, anyone: server.anonymous() };
    document = (await customer.get<Document>('/docs-json')).body;
    entrances = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => entranceOf(method.toUpperCase(), path, operation)),
    );
  });
  afterAll(() => server.stop());

  function entranceOf(method: string, path: string, { parameters = [], requestBody }: Operation): Entrance {
    const body = requestBody?.content?.['application/json']?.schema;
    const queries = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
    return { name: `${method} ${path}`, method, path: path.replace(/^\/api/, ''), ...(body && { body }), queries };
  }

  function resolve(schema: Schema): Schema {
    return schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)!]! : schema;
  }

  /** Whoever may come in there. */
  function visitor({ method, path }: Entrance): Client {
    const rule = ROUTES[`${method} ${path.replace(/\{(\w+)\}/g, ':$1')}` as RouteKey] as Record<string, string>;
    return people[Object.keys(rule)[0] as keyof typeof people];
  }

  function send(entrance: Entrance, body?: unknown, query = ''): Promise<Answer<ProblemBody>> {
    const path = entrance.path.replace(/\{\w+\}/g, UNKNOWN) + query;
    const client = visitor(entrance) as unknown as {
      send(method: string, path: string, body?: unknown): Promise<Answer<ProblemBody>>;
    };
    return client.send(entrance.method, path, body);
  }

  /** Every object in a body of this schema gets `extra`; gives the paths at which they are then. */
  function withExtra(schema: Schema, extra: object, path = ''): [body: Record<string, unknown>, paths: string[]] {
    const body: Record<string, unknown> = { ...extra };
    const paths = Object.keys(extra).map((name) => path + name);
    for (const [name, property] of Object.entries(resolve(schema).properties ?? {})) {
      const inner = resolve(property);
      const item = inner.items && resolve(inner.items);
      if (inner.properties) {
        const [value, more] = withExtra(property, extra, `${path}${name}.`);
        body[name] = value;
        paths.push(...more);
      } else if (item?.properties) {
        const [value, more] = withExtra(inner.items!, extra, `${path}${name}[0].`);
        body[name] = [value];
        paths.push(...more);
      }
    }
    return [body, paths];
  }

  /** How many documents there are, of everything. */
  async function stored(): Promise<Record<string, number>> {
    const collections = await server.database.db!.listCollections().toArray();
    // leases come and go with the product's own chores
    const lasting = collections.filter(({ name }) => name !== 'leases');
    const counts = lasting.map(async ({ name }) => [name, await server.database.db!.collection(name).countDocuments()]);
    return Object.fromEntries((await Promise.all(counts)) as [string, number][]);
  }

  it('knows what each route takes', () => {
    expect(entrances.filter(({ body }) => body).length).toBeGreaterThanOrEqual(15);
    expect(entrances.filter(({ queries }) => queries.length).length).toBeGreaterThanOrEqual(8);
  });

  it('store nothing that a request class does not name, at any depth, and are told each name', async () => {
    const before = await stored();
    for (const entrance of entrances.filter(({ body }) => body)) {
      const [body, paths] = withExtra(entrance.body!, WISHES);
      const own = Object.keys(resolve(entrance.body!).properties ?? {});
      const expected = paths.filter((path) => !own.includes(path));
      const answer = await send(entrance, body);
      expect([entrance.name, answer.status, answer.body.code]).toEqual([entrance.name, 400, 'VALIDATION_FAILED']);
      const named = answer.body.errors!.map(({ path }) => path);
      expect([entrance.name, expected.filter((path) => !named.includes(path))]).toEqual([entrance.name, []]);
    }
    expect(await stored()).toEqual(before);
  });

  it('bring no operator into any field', async () => {
    const before = await stored();
    for (const entrance of entrances.filter(({ body }) => body)) {
      for (const name of Object.keys(resolve(entrance.body!).properties ?? {})) {
        for (const value of [{ $gt: '' }, { $where: 'sleep(1000)' }, { $ne: null }, [{ $gt: '' }]]) {
          const answer = await send(entrance, { [name]: value });
          expect([entrance.name, name, answer.status]).toEqual([entrance.name, name, 400]);
        }
      }
      for (const name of ['$where', '$set', 'profile.role', 'a.$gt']) {
        const answer = await send(entrance, { [name]: '1' });
        expect(answer.status).toBe(400);
        expect(answer.body.errors!.map(({ path }) => path)).toContain(name);
      }
    }
    expect(await stored()).toEqual(before);
  });

  it('bring no prototype into any body', async () => {
    const evil = [
      '{"__proto__":{"admin":1}}',
      '{"constructor":{"prototype":{"admin":1}}}',
      '{"a":{"__proto__":{"admin":1}}}',
    ];
    for (const entrance of entrances.filter(({ body }) => body))
      for (const body of evil)
        expect([entrance.name, (await send(entrance, body)).status]).toEqual([entrance.name, 400]);
    expect([({} as { admin?: number }).admin, Object.keys(Object.prototype)]).toEqual([undefined, []]);
  });

  it('are told of a query that a route does not know, of an operator in one, and of one that comes twice', async () => {
    for (const entrance of entrances.filter(({ method, path }) => method === 'GET' && !path.startsWith('/metrics'))) {
      const known = entrance.queries[0] ?? 'q';
      for (const query of [
        '?nothing=1',
        '?__proto__=1',
        '?constructor=1',
        `?${known}[$ne]=1`,
        `?${known}=1&${known}=2`,
        '?a.b=1',
      ]) {
        const answer = await send(entrance, undefined, query);
        expect([entrance.name, query, answer.status]).toEqual([entrance.name, query, 400]);
      }
    }
  });

  it.each([
    ['two thousand levels', `{"items":${'['.repeat(2000)}${']'.repeat(2000)}}`],
    ['nothing but brackets', '['.repeat(99_000)],
    ['nothing but objects', '{"a":'.repeat(19_000)],
    ['ten thousand names', JSON.stringify(Object.fromEntries(Array.from({ length: 8000 }, (_, n) => [`k${n}`, 1])))],
    ['a number that is none', `{"items":[{"productId":"${UNKNOWN}","quantity":1e999}],"paymentMethod":"cash"}`],
    ['a number of 90 000 digits', `{"tip":${'9'.repeat(90_000)}}`],
    ['an element of 90 000', `{"items":[${'0,'.repeat(45_000)}0]}`],
    ['half a character', '{"note":"\\ud800\\u0000"}'],
  ])('are refused soon with %s', async (_what, body) => {
    const begun = performance.now();
    expect((await people.customer.post('/orders', body)).status).toBe(400);
    expect(performance.now() - begun).toBeLessThan(SOON);
  });

  it('are taken by the last of two equal names, which is the one that was checked', async () => {
    const answer = await people.customer.post('/orders', '{"tip":1,"tip":-1}');
    expect(answer.body.errors!.map(({ path }) => path)).toContain('tip');
  });

  it.each(['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip'])('are not unpacked (%s)', async (encoding) => {
    const answer = await raw(port, {
      method: 'POST',
      path: '/api/auth/login',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': encoding },
      body: gzipSync(JSON.stringify({ email: 'a'.repeat(10_000_000) })),
    });
    expect([answer.status, (JSON.parse(answer.text) as ProblemBody).code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  it.each(['\u0000', 'a\u0000b', '\u001b[31mred', 'a\rb', 'bell\u0007', '\u007f'])(
    'bring no control character into text: %j',
    async (text) => {
      const body = {
        items: [{ productId: UNKNOWN, quantity: 1 }],
        deliveryAddress: { street: text },
        paymentMethod: 'cash',
      };
      const answer = await people.customer.post('/orders', body);
      expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([400, 'deliveryAddress.street']);
      expect((await people.anyone.get(`/products?search=${encodeURIComponent(text)}`)).status).toBe(400);
      expect((await people.anyone.get(`/track/${encodeURIComponent(text)}`)).status).toBe(400);
    },
  );

  it('may have lines and tabs in text', async () => {
    const { id } = await server.product();
    const note = 'first\n\tsecond';
    const placed = await people.customer.placeOrder([{ productId: id, quantity: 1 }], { note });
    expect([placed.status, placed.body.note]).toEqual([201, note]);
  });

  it('break no line of an e-mail, and none of a header', async () => {
    for (const email of ['a@b.test\r\nBcc: c@d.test', 'a@b.test\nBcc: c@d.test', 'a\u0000@b.test'])
      expect((await people.anyone.post('/auth/login', { email, password: 'x' })).status).toBe(400);
    const answer = await wire(
      `GET /api/stores HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\nSet-Cookie: b=1\r\nUser-Agent: \u001b[2J\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).not.toMatch(/^set-cookie/im);
  });

  it('do not become another method by a header, nor by a query', async () => {
    for (const name of ['X-HTTP-Method-Override', 'X-Method-Override', 'X-HTTP-Method']) {
      const { id } = await server.product();
      await people.admin.post(`/products/${id}`, {}, { [name]: 'DELETE' });
      await people.admin.get(`/products/${id}`, { [name]: 'DELETE' });
      expect((await people.admin.get<{ active: boolean }>(`/products/${id}`)).body.active).toBe(true);
    }
  });

  it('of another origin are answered for those of the list only', async () => {
    const ask = async (origin: string, method: string) => {
      const preflight = { Origin: origin, 'Access-Control-Request-Method': 'PUT' };
      const { headers } = await raw(port, { method, path: '/api/stores', headers: preflight });
      return [headers['access-control-allow-origin'], headers['access-control-allow-credentials']];
    };
    for (const method of ['OPTIONS', 'GET']) {
      expect(await ask(SHOP, method)).toEqual([SHOP, 'true']);
      for (const foreign of ['https://evil.example', 'null', `${SHOP}.evil.example`, 'http://shop.example'])
        expect((await ask(foreign, method))[0]).toBeUndefined();
    }
    const { headers } = await raw(port, { path: '/api/stores', headers: { Origin: SHOP } });
    expect(headers['access-control-expose-headers']).toContain('RateLimit-Policy');
  });

  it('keep no pattern busy', async () => {
    for (const entrance of entrances.filter(({ body, path }) => body && !path.startsWith('/auth/register'))) {
      const names = Object.keys(resolve(entrance.body!).properties ?? {});
      for (const text of EVIL) {
        const begun = performance.now();
        // what is escaped takes half as much again
        const share = Math.floor(60_000 / names.length);
        const { status } = await send(entrance, Object.fromEntries(names.map((name) => [name, text.slice(-share)])));
        // some is good once its spaces are gone: for an order that there is not
        expect([entrance.name, [400, 404].includes(status)]).toEqual([entrance.name, true]);
        expect([entrance.name, performance.now() - begun < SOON]).toEqual([entrance.name, true]);
      }
    }
    for (const entrance of entrances.filter(({ queries }) => queries.length)) {
      for (const name of entrance.queries) {
        for (const text of EVIL.map((evil) => encodeURIComponent(evil.slice(-4000)))) {
          const begun = performance.now();
          expect((await send(entrance, undefined, `?${name}=${text}`)).status).toBeLessThan(500);
          expect([entrance.name, name, performance.now() - begun < SOON]).toEqual([entrance.name, name, true]);
        }
      }
    }
    for (const header of [
      'X-Request-Id',
      'If-Match',
      'Idempotency-Key',
      'X-Command-Id',
      'X-Occurred-At',
      'Authorization',
      'Cookie',
    ]) {
      for (const text of EVIL.map((evil) => evil.slice(-4000).trim())) {
        const begun = performance.now();
        const { status } = await people.partner.post(`/orders/${UNKNOWN}/accept`, undefined, { [header]: text });
        expect(status).toBeLessThan(500);
        expect([header, performance.now() - begun < SOON]).toEqual([header, true]);
      }
    }
  }, 120_000);

  describe('on the bare connection', () => {
    it('are cut off with 408 when the body does not come', async () => {
      const http = server.app.getHttpServer() as { requestTimeout: number; headersTimeout: number };
      const { requestTimeout, headersTimeout } = http;
      expect([requestTimeout, headersTimeout]).toEqual([30_000, 10_000]);
      // Node takes the smaller one for the headers
      Object.assign(http, { requestTimeout: 500, headersTimeout: 500 });
      const head =
        'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{';
      const answer = await wire(head).finally(() => Object.assign(http, { requestTimeout, headersTimeout }));
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(answer).toContain('application/problem+json');
      expect(answer).toContain('"REQUEST_TIMEOUT"');
    });

    it('are cut off with 408 when the headers do not come', async () => {
      const http = server.app.getHttpServer() as { headersTimeout: number };
      const usual = http.headersTimeout;
      http.headersTimeout = 500;
      const answer = await wire('GET /api/stores HTTP/1.1\r\nHost: x\r\nX-Slow: ').finally(
        () => (http.headersTimeout = usual),
      );
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    });

    it.each([
      ['a header of 20 kB', `X-Long: ${'x'.repeat(20_000)}\r\n`],
      ['101 headers', Array.from({ length: 101 }, (_, n) => `X-${n}: 1\r\n`).join('')],
    ])('are refused with %s', async (_what, headers) => {
      const answer = await wire(`GET /api/stores HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 431 /);
      expect(answer).toContain('"HEADERS_TOO_LARGE"');
    });

    it.each([
      ['two lengths', 'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'],
      [
        'a length and chunks',
        'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ],
      ['what is no HTTP', '\u0016\u0003\u0001 hello\r\n\r\n'],
      ['a NUL in a header', 'GET /api/stores HTTP/1.1\r\nHost: x\r\nX-A: a\u0000b\r\n\r\n'],
    ])('are refused with %s', async (_what, request) => {
      expect(await wire(request)).toMatch(/^HTTP\/1\.1 400 /);
    });

    it('do no harm to the next one', async () => {
      expect((await people.anyone.get('/stores')).status).toBe(200);
    });
  });

  /** All that comes back until the server ends the connection. */
  async function wire(request: string): Promise<string> {
    const tcp = connect(port, '127.0.0.1');
    let heard = '';
    tcp.on('data', (chunk) => (heard += String(chunk)));
    tcp.on('error', () => undefined);
    tcp.write(request, 'latin1');
    await Promise.race([once(tcp, 'close').catch(() => undefined), once(tcp, 'end').catch(() => undefined)]);
    tcp.destroy();
    return heard;
  }
});
