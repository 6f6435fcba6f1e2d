import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemBody } from '@qc/contracts';
import { TestServer } from './support/test-server';

type Caller = 'anonymous' | 'customer' | 'partner' | 'admin';

/** Who may call what. A route that is not here fails the test. */
const OPEN_TO: Record<string, readonly Caller[]> = {
  'GET /health/live': ['anonymous'],
  'GET /health/ready': ['anonymous'],
  'GET /metrics': ['anonymous'],
  'GET /config': ['anonymous'],
  'POST /auth/register': ['anonymous'],
  'POST /auth/login': ['anonymous'],
  'POST /auth/refresh': ['anonymous'],
  'POST /auth/logout': ['anonymous'],
  'POST /auth/logout-all': ['anonymous'],
  'GET /auth/me': ['customer', 'partner', 'admin'],
  'PUT /auth/profile': ['customer', 'partner', 'admin'],
  'PUT /auth/password': ['customer', 'partner', 'admin'],
  'GET /stores': ['anonymous'],
  'GET /products': ['anonymous'],
  'GET /products/categories': ['anonymous'],
  'GET /products/{id}': ['anonymous'],
  'POST /products': ['admin'],
  'PUT /products/{id}': ['admin'],
  'DELETE /products/{id}': ['admin'],
  'POST /orders/quote': ['customer'],
  'POST /orders': ['customer'],
  'GET /orders': ['customer', 'partner', 'admin'],
  'GET /orders/unassigned': ['partner', 'admin'],
  'GET /orders/{id}': ['customer', 'partner', 'admin'],
  'GET /orders/{id}/events': ['customer', 'partner', 'admin'],
  'GET /orders/{id}/cancellation': ['customer', 'admin'],
  'PUT /orders/{id}/status': ['customer', 'partner', 'admin'],
  'POST /orders/{id}/cancel': ['customer'],
  'POST /orders/{id}/rating': ['customer'],
  'POST /orders/{id}/reorder': ['customer'],
  'POST /orders/{id}/accept': ['partner'],
  'POST /delivery/{id}/accept': ['partner'],
  'POST /delivery/{id}/lock': ['partner'],
  'DELETE /delivery/{id}/lock': ['partner'],
  'POST /delivery/{id}/release': ['partner'],
  'GET /delivery/orders': ['partner'],
  'GET /delivery/stats': ['partner'],
  'GET /delivery/earnings': ['partner'],
  'PUT /delivery/availability': ['partner'],
  'POST /delivery/location': ['partner'],
  'PUT /orders/{id}/assign': ['admin'],
  'PUT /admin/orders/{id}/assign': ['admin'],
  'PUT /admin/orders/{id}/unassign': ['admin'],
  'GET /admin/orders': ['admin'],
  'GET /admin/delivery-partners': ['admin'],
  'GET /admin/delivery-partners/{id}/balance': ['admin'],
  'POST /admin/delivery-partners/{id}/payout': ['admin'],
  'GET /admin/orders/{id}/ledger': ['admin'],
  'GET /admin/live-stats': ['admin'],
  'GET /admin/dashboard-data': ['admin'],
  'PUT /admin/users/{id}/active': ['admin'],
  'GET /admin/settings': ['admin'],
  'PUT /admin/settings': ['admin'],
  'GET /track/{token}': ['anonymous'],
};

interface Document {
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Record<string, unknown> };
}

describe('closed by default', () => {
  let server: TestServer;
  let document: Document;
  const tokens: Partial<Record<Caller, string>> = {};
  beforeAll(async () => {
    server = await TestServer.start();
    document = (await (await fetch(`${server.url}/api/docs-json`)).json()) as Document;
    tokens.customer = (await server.customer()).token;
    tokens.partner = (await server.partner()).token;
    tokens.admin = (await server.admin()).token;
  });
  afterAll(() => server.stop());

  const call = async (route: string, caller: Caller): Promise<{ status: number; body: ProblemBody }> => {
    const [method, path] = route.split(' ') as [string, string];
    const token = tokens[caller];
    const response = await fetch(`${server.url}/api${path.replace(/\{\w+\}/, '0'.repeat(24))}`, {
      method,
      headers: { ...(token && { Authorization: `Bearer ${token}` }), 'Content-Type': 'application/json' },
      ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{"nothing":"that is known"}' }),
    });
    const text = await response.text();
    const json = text && response.headers.get('Content-Type')?.includes('json');
    return { status: response.status, body: (json ? JSON.parse(text) : {}) as ProblemBody };
  };

  it('knows every route there is, and documents no other', () => {
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api', '')}`),
    );
    expect(routes.sort()).toEqual(Object.keys(OPEN_TO).sort());
  });

  it('describes every answer and request that it names', () => {
    const named = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/([^"]+)/g)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(50);
    expect([...new Set(named)].filter((name) => !(name in document.components.schemas))).toEqual([]);
  });

  it.each(Object.entries(OPEN_TO))('%s is for %p and nobody else', async (route, allowed) => {
    for (const caller of ['anonymous', 'customer', 'partner', 'admin'] as const) {
      const { status, body } = await call(route, caller);
      expect(status).toBeLessThan(500);
      const open = allowed.includes(caller) || allowed.includes('anonymous');
      if (!open)
        expect([caller, status, body.code]).toEqual(
          caller === 'anonymous' ? [caller, 401, 'UNAUTHENTICATED'] : [caller, 403, 'FORBIDDEN'],
        );
      else expect([caller, body.code]).not.toEqual([caller, 'FORBIDDEN']);
    }
  });
});
