import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROBLEMS, type ProblemBody } from '@qc/contracts';
import { TestServer } from './support/test-server';

/** The contract's REST table, as far as it is built: method and path, and the contract type of the good answer. */
const CONTRACT: Record<string, [status: number, answer?: string]> = {
  'post /auth/register': [201, 'Session'],
  'post /auth/login': [200, 'Session'],
  'post /auth/refresh': [200, 'Session'],
  'post /auth/logout': [204],
  'post /auth/logout-all': [204],
  'get /auth/me': [200, 'UserAnswer'],
  'put /auth/profile': [200, 'UserAnswer'],
  'put /auth/password': [200, 'UserAnswer'],
  'post /auth/password/forgot': [204],
  'post /auth/password/reset': [204],
  'post /auth/email/verification': [204],
  'post /auth/email/verify': [204],
  'post /auth/invitations/accept': [201, 'Session'],
  'post /auth/second-factor': [200, 'SecondFactorSetup'],
  'put /auth/second-factor': [200, 'RecoveryCodes'],
  'post /auth/second-factor/removal': [204],
  'get /stores': [200, 'StorePage'],
  'get /products': [200, 'ProductPage'],
  'get /products/categories': [200, 'CategoryPage'],
  'get /products/{id}': [200, 'Product'],
  'post /products': [201, 'Product'],
  'put /products/{id}': [200, 'Product'],
  'put /products/{id}/image': [200, 'Product'],
  'delete /products/{id}': [204],
  'post /orders/quote': [200, 'Quote'],
  'post /orders': [201, 'Order'],
  'get /orders': [200, 'OrderPage'],
  'get /orders/unassigned': [200, 'OrderPage'],
  'get /orders/{id}': [200, 'Order'],
  'get /orders/{id}/events': [200, 'OrderEventPage'],
  'get /orders/{id}/cancellation': [200, 'CancellationTerms'],
  'put /orders/{id}/status': [200, 'Order'],
  'post /orders/{id}/cancel': [200, 'Order'],
  'post /orders/{id}/rating': [200, 'Order'],
  'post /orders/{id}/reorder': [201, 'Order'],
  'post /orders/{id}/accept': [200, 'Order'],
  'post /delivery/{id}/accept': [200, 'Order'],
  'post /delivery/{id}/lock': [200, 'OrderLock'],
  'delete /delivery/{id}/lock': [204],
  'post /delivery/{id}/release': [200, 'Order'],
  'get /delivery/orders': [200, 'DeliveryOrders'],
  'get /delivery/stats': [200, 'DeliveryStats'],
  'get /delivery/earnings': [200, 'Earnings'],
  'put /delivery/availability': [204],
  'post /delivery/location': [204],
  'put /orders/{id}/assign': [200, 'Order'],
  'put /admin/orders/{id}/assign': [200, 'Order'],
  'put /admin/orders/{id}/unassign': [200, 'Order'],
  'get /admin/orders': [200, 'OrderPage'],
  'get /admin/delivery-partners': [200, 'PartnerSummaryPage'],
  'get /admin/delivery-partners/{id}/balance': [200, 'PartnerBalances'],
  'post /admin/delivery-partners/{id}/payout': [200, 'PartnerBalances'],
  'get /admin/orders/{id}/ledger': [200, 'OrderLedger'],
  'get /admin/live-stats': [200, 'LiveStats'],
  'get /admin/dashboard-data': [200, 'DashboardData'],
  'put /admin/users/{id}/active': [200, 'UserAnswer'],
  'post /admin/invitations': [201, 'Invitation'],
  'get /admin/invitations': [200, 'InvitationPage'],
  'delete /admin/invitations/{id}': [204],
  'put /admin/delivery-partners/{id}/approval': [200, 'UserAnswer'],
  'get /admin/staff': [200, 'StaffPage'],
  'get /admin/security': [200, 'SecuritySettings'],
  'put /admin/security': [200, 'SecuritySettings'],
  'get /admin/settings': [200, 'SettingsView'],
  'put /admin/settings': [200, 'SettingsView'],
  'get /track/{token}': [200, 'TrackedOrder'],
  'get /files/{name}': [200],
  'get /health/live': [200, 'Health'],
  'get /health/ready': [200, 'Health'],
  'get /metrics': [200],
};

/** Open to anyone; every other route says that it needs a bearer token. */
const OPEN = [
  /^post \/auth\/(register|login|refresh|logout|logout-all)$/,
  /^post \/auth\/(password\/forgot|password\/reset|email\/verify|invitations\/accept)$/,
  /^get \/(stores|products|products\/categories|products\/\{id\}|track\/\{token\}|files\/\{name\}|config|metrics|health\/\w+)$/,
];

/** What a request must have, by the contract. */
const REQUIRED: Record<string, string[]> = {
  'post /auth/register': ['email', 'password', 'profile', 'role'],
  'post /auth/login': ['email', 'password'],
  'put /auth/password': ['currentPassword', 'newPassword'],
  'post /auth/password/forgot': ['email'],
  'post /auth/password/reset': ['password', 'token'],
  'post /auth/email/verify': ['token'],
  'post /auth/invitations/accept': ['password', 'profile', 'token'],
  'post /admin/invitations': ['email'],
  'post /auth/second-factor': ['password'],
  'put /auth/second-factor': ['code'],
  'post /auth/second-factor/removal': ['code', 'password'],
  'put /admin/delivery-partners/{id}/approval': ['approved'],
  'put /admin/security': [],
  'post /products': ['category', 'name', 'price', 'stock'],
  'put /products/{id}': [],
  'put /auth/profile': [],
  'post /orders/quote': ['items'],
  'post /orders': ['deliveryAddress', 'items', 'paymentMethod'],
  'put /orders/{id}/status': ['status'],
  'post /orders/{id}/cancel': [],
  'post /orders/{id}/rating': ['score'],
  'put /delivery/availability': ['available'],
  'post /delivery/location': ['points'],
  'put /orders/{id}/assign': ['partnerId'],
  'put /admin/orders/{id}/assign': ['partnerId'],
  'put /admin/users/{id}/active': ['active'],
  'put /admin/settings': [],
};

interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}
interface Operation {
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
  security?: Record<string, unknown>[];
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, object> };
}

let server: TestServer;
let document: Document;
let operations: Map<string, Operation>;
beforeAll(async () => {
  server = await TestServer.start();
  document = (await server.anonymous().get<Document>('/docs-json')).body;
  operations = new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [`${method} ${path.replace('/api', '')}`, operation] as const,
      ),
    ),
  );
});
afterAll(() => server.stop());

function resolve(schema: Schema | undefined): Schema | undefined {
  if (!schema?.$ref) return schema;
  return document.components.schemas[schema.$ref.replace('#/components/schemas/', '')];
}
const bodyOf = (route: string): Schema | undefined =>
  resolve(operations.get(route)?.requestBody?.content['application/json']?.schema);

describe('the OpenAPI document', () => {
  it('can be read by a person and by a machine', async () => {
    expect(document.openapi).toMatch(/^3\./);
    const page = await fetch(`${server.url}/api/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
  });

  it.each(Object.entries(CONTRACT))('has %s with the contract’s answer', (route, [status, answer]) => {
    const responses = operations.get(route)?.responses;
    expect(Object.keys(responses ?? {}).toSorted()).toEqual([String(status), 'default']);
    const schema = responses?.[status]?.content?.['application/json']?.schema;
    expect(schema?.$ref).toBe(answer && `#/components/schemas/${answer}`);
  });

  it.each(Object.keys(CONTRACT))('says that %s answers problems otherwise', (route) => {
    const content = operations.get(route)!.responses['default']?.content;
    expect(content?.['application/problem+json']?.schema.$ref).toBe('#/components/schemas/ProblemBody');
  });

  it('says of every route whether it needs a token', () => {
    for (const [route, { security = [] }] of operations) {
      const open = OPEN.some((pattern) => pattern.test(route));
      expect([route, security.some((scheme) => 'bearer' in scheme)]).toEqual([route, !open]);
    }
    expect(document.components.securitySchemes['bearer']).toMatchObject({ type: 'http', scheme: 'bearer' });
  });

  it('refers to nothing that it does not hold', () => {
    const refs: string[] = [];
    JSON.stringify(document, (key, value: unknown) => {
      if (key === '$ref') refs.push(value as string);
      return value;
    });
    expect(refs.length).toBeGreaterThan(100);
    const dangling = refs.filter((ref) => !/^#\/components\/schemas\/[\w.-]+$/.test(ref) || !resolve({ $ref: ref }));
    expect(dangling).toEqual([]);
  });

  it('names every variable part of a path as a required parameter', () => {
    for (const [route, { parameters = [] }] of operations) {
      const inPath = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const named = parameters.filter((one) => one.in === 'path' && one.required).map(({ name }) => name);
      expect([route, named]).toEqual([route, inPath]);
    }
  });

  it.each(Object.entries(REQUIRED))('says what a body of %s must have', (route, required) => {
    expect(operations.get(route)?.requestBody?.required).toBe(required.length > 0);
    expect((bodyOf(route)?.required ?? []).toSorted()).toEqual(required);
    expect(Object.keys(bodyOf(route)?.properties ?? {})).toEqual(expect.arrayContaining(required));
  });

  it.each([
    ['Product', ['id', 'name', 'price', 'stock', 'storeId', 'tags']],
    ['Order', ['id', 'number', 'version', 'status', 'total', 'items', 'history', 'lock', 'eta']],
    ['Quote', ['subtotal', 'deliveryFee', 'tax', 'tip', 'discount', 'total', 'deliverable']],
    ['ProblemBody', ['type', 'title', 'status', 'code', 'requestId']],
  ])('says what %s always has', (name, required) => {
    expect(document.components.schemas[name]?.required).toEqual(expect.arrayContaining(required));
  });

  it.each([
    ['Product', ['price', 'compareAtPrice']],
    ['Order', ['subtotal', 'deliveryFee', 'tax', 'tip', 'discount', 'total', 'tripPay']],
    ['OrderItem', ['unitPrice', 'total']],
  ])('knows the money of %s as whole numbers', (name, fields) => {
    const { properties = {} } = document.components.schemas[name] ?? {};
    for (const field of fields) expect([field, resolve(properties[field])?.type]).toEqual([field, 'integer']);
  });

  it('lists every code that a problem may have', () => {
    const text = JSON.stringify(document.components.schemas);
    for (const code of Object.keys(PROBLEMS)) expect(text).toContain(`"${code}"`);
  });
});

describe('what the document says of a body holds', () => {
  const ID = '0'.repeat(24);
  const ROUTES = Object.keys(REQUIRED).concat('post /delivery/{id}/release', 'put /admin/orders/{id}/unassign');
  /** One of each kind of thing; whatever a field is, most of these it is not. */
  const THINGS: [what: string, thing: unknown, schemaType: string][] = [
    ['null', null, 'null'],
    ['a list', [], 'array'],
    ['a list of lists', [[]], 'lists'],
    ['an operator', { $gt: '' }, 'operator'],
    ['a fraction', 1.5, 'number'],
    ['a flag', true, 'boolean'],
    ['a word', 'word', 'string'],
  ];
  const callers: Record<string, string> = {};
  beforeAll(async () => {
    for (const [role, client] of [
      ['customer', await server.customer()],
      ['partner', await server.partner()],
      ['admin', await server.admin()],
    ] as const)
      callers[role] = client.token!;
  });

  const roleOf = (route: string): string => {
    if (/ \/(delivery)/.test(route)) return 'partner';
    return / \/admin|\/assign|\/products|\/second-factor/.test(route) ? 'admin' : 'customer';
  };

  async function send(route: string, body: string, headers: Record<string, string> = {}) {
    const [method, path] = route.split(' ') as [string, string];
    const response = await fetch(`${server.url}/api${path.replace(/\{\w+\}/, ID)}`, {
      method: method.toUpperCase(),
      headers: {
        Authorization: `Bearer ${callers[roleOf(route)]}`,
        'Content-Type': 'application/json',
        ...headers,
      },
      body,
    });
    const text = await response.text();
    const type = response.headers.get('content-type');
    const problem = (type?.includes('json') ? JSON.parse(text) : {}) as ProblemBody;
    return { status: response.status, problem, type, text };
  }
  type Sent = Awaited<ReturnType<typeof send>>;

  function expectRefused({ status, problem, type, text }: Sent, code: string): void {
    expect([status, problem.code]).toEqual([PROBLEMS[code as keyof typeof PROBLEMS].status, code]);
    expect(type).toMatch(/^application\/problem\+json/);
    expect(problem).toMatchObject({ type: expect.any(String), title: expect.any(String), status });
    expect(problem.requestId).toMatch(/^[\w-]{36}$/);
    expect(text).not.toMatch(/mongo|bson|cast to|cannot read|node_modules|\.[jt]s:\d|stack/i);
  }

  /** Everything that is stored, but for what every request, or no request, may touch. */
  async function everything(): Promise<Record<string, unknown[]>> {
    const collections = await server.database.db!.collections();
    const all = await Promise.all(
      collections.map(async (one) => [one.collectionName, await one.find({}).sort({ _id: 1 }).toArray()] as const),
    );
    return Object.fromEntries(all.filter(([name]) => !['sessions', 'leases'].includes(name)).toSorted());
  }

  it.each(ROUTES)('%s names each field of the wrong kind, and changes nothing', async (route) => {
    const before = await everything();
    for (const [name, property] of Object.entries(bodyOf(route)?.properties ?? {})) {
      const type = resolve(property)?.type;
      for (const [what, thing, kind] of THINGS) {
        // a word may be a name, a list may be tags, a fraction may be a place
        if (type === kind) continue;
        const answer = await send(route, JSON.stringify({ [name]: thing }));
        expect([name, what, answer.status]).toEqual([name, what, 400]);
        expectRefused(answer, 'VALIDATION_FAILED');
        const paths = answer.problem.errors?.map(({ path }) => path) ?? [];
        expect([name, what, paths.some((path) => path.split(/[.[]/)[0] === name)]).toEqual([name, what, true]);
      }
    }
    expect(await everything()).toEqual(before);
  });

  it.each(ROUTES)('%s names what it does not know, even if it is a part of every object', async (route) => {
    for (const name of ['isAdmin', '$where', '_id', 'constructor', 'toString', 'hasOwnProperty']) {
      const answer = await send(route, JSON.stringify({ [name]: 'x' }));
      expectRefused(answer, 'VALIDATION_FAILED');
      expect(answer.problem.errors?.map(({ path }) => path)).toContain(name);
    }
  });

  it.each(ROUTES.filter((route) => (REQUIRED[route]?.length ?? 0) > 0))(
    '%s refuses what is no object, or none at all',
    async (route) => {
      const bodies = ['', '{}', '[]', 'null', '"text"', '7', '{', '{"a":}', "{'a':1}", '\u0000', '[[{}]]'];
      for (const body of bodies) expectRefused(await send(route, body), 'VALIDATION_FAILED');
    },
  );

  it.each(ROUTES)('%s reads no body that would pollute, drown or bury it', async (route) => {
    const polluting = '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}';
    expectRefused(await send(route, polluting), 'VALIDATION_FAILED');
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    const field = Object.keys(bodyOf(route)?.properties ?? { x: 0 })[0]!;
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const depth = Math.floor(90_000 / (open.length + close.length));
      expectRefused(
        await send(route, `{"${field}":${open.repeat(depth)}1${close.repeat(depth)}}`.replace(/:1\}/, ':1}')),
        'VALIDATION_FAILED',
      );
    }
    expectRefused(await send(route, JSON.stringify({ [field]: 'x'.repeat(1_000_000) })), 'PAYLOAD_TOO_LARGE');
  });

  it.each<[string, string, Record<string, string>, string]>([
    ['a form', 'status=ready', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'VALIDATION_FAILED'],
    ['a text', '{"status":"ready"}', { 'Content-Type': 'text/plain' }, 'VALIDATION_FAILED'],
    [
      'JSON in an unknown script',
      '{}',
      { 'Content-Type': 'application/json; charset=klingon' },
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['what is packed', '{}', { 'Content-Encoding': 'gzip' }, 'UNSUPPORTED_MEDIA_TYPE'],
    ['what is packed in an unknown way', '{}', { 'Content-Encoding': 'zip' }, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('a move refuses %s', async (_what, body, headers, code) => {
    expectRefused(await send('put /orders/{id}/status', body, headers), code);
  });

  it.each(['/orders/%E0%A4%A', '/orders/%', '/orders/abc', `/orders/${ID}0`, '/orders/..%2F..%2Fadmin', '/orders/%00'])(
    'GET %s is the caller’s fault',
    async (path) => {
      const answer = await server.anonymous().get(path, { Authorization: `Bearer ${callers['customer']}` });
      expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    },
  );

  it.each<[string, ProblemBody['code'], string | null]>([
    ['get /nothing', 'NOT_FOUND', null],
    ['post /auth', 'NOT_FOUND', null],
    ['delete /orders', 'METHOD_NOT_ALLOWED', 'GET, HEAD, POST'],
    ['patch /products', 'METHOD_NOT_ALLOWED', 'GET, HEAD, POST'],
    ['get /auth/login', 'METHOD_NOT_ALLOWED', 'POST'],
    ['options /auth/login', 'METHOD_NOT_ALLOWED', 'POST'],
    ['put /health/live', 'METHOD_NOT_ALLOWED', 'GET, HEAD'],
  ])('%s is a route that there is not: %s', async (route, code, allow) => {
    const [method, path] = route.split(' ') as [string, string];
    const response = await fetch(`${server.url}/api${path}`, { method: method.toUpperCase() });
    const problem = (await response.json()) as ProblemBody;
    const { status } = PROBLEMS[code];
    expect([response.status, problem.code, problem.status]).toEqual([status, code, status]);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(response.headers.get('allow')).toBe(allow);
  });

  it.each([
    ['as it is', 'order-7:retry.2_A', true],
    ['not with a line of its own', 'a%0d%0aSet-Cookie: x=1', false],
    ['not with markup', '<script>', false],
    ['not without end', 'x'.repeat(65), false],
    ['not in other letters', 'id-é', false],
    ['not with spaces', 'a b', false],
  ])('a caller’s request id is answered and named in a problem %s', async (_how, given, kept) => {
    const { headers, body } = await server.anonymous().get('/nothing', { 'X-Request-Id': given });
    const answered = headers.get('x-request-id');
    expect(body.requestId).toBe(answered);
    if (kept) expect(answered).toBe(given);
    else expect(answered).toMatch(/^[\da-f-]{36}$/);
  });
});

describe('health', () => {
  it('is well: live without a database, ready with one', async () => {
    const visitor = server.anonymous();
    for (const path of ['/health/live', '/health/ready']) {
      const { status, body } = await visitor.get<{ status: string }>(path);
      expect([status, body.status]).toEqual([200, 'ok']);
    }
  });
});

describe('every route that is served', () => {
  interface Layer {
    route?: { path: string | string[]; methods: Record<string, boolean> };
  }

  /** As the router has them, whatever the document says. */
  function served(): string[] {
    const { stack } = (server.app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } }).router;
    return stack.flatMap(({ route }) =>
      [route?.path ?? []].flat().flatMap((path) =>
        Object.keys(route!.methods)
          .filter((method) => method !== 'head')
          .map((method) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`),
      ),
    );
  }

  it('is in the document, but for the document itself', () => {
    const undocumented = served()
      // the document's own, and where Nest hangs its middleware
      .filter((route) => !/ \/api(\/docs|\{\/\*)/.test(route))
      .filter((route) => !operations.has(route.replace('/api', '')));
    expect(served().length).toBeGreaterThan(operations.size);
    expect(undocumented).toEqual([]);
  });

  it('is closed to a token that is not good for it, when it needs one', async () => {
    for (const route of operations.keys()) {
      if (OPEN.some((pattern) => pattern.test(route))) continue;
      const [method, path] = route.split(' ') as [string, string];
      for (const headers of [{}, { Authorization: 'Bearer nonsense' }, { Authorization: 'nonsense' }]) {
        const url = `${server.url}/api${path.replace(/\{\w+\}/, 'malformed')}`;
        const response = await fetch(url, { method: method.toUpperCase(), headers });
        const { code } = (await response.json()) as ProblemBody;
        expect([route, response.status, code]).toEqual([route, 401, 'UNAUTHENTICATED']);
      }
    }
  });
});
