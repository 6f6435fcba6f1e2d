// The API with faults put into it on the way out, for the negative control.
import { once } from 'node:events';
import { createServer } from 'node:http';

/** What is to be found at which path, by schemathesis's own names. */
const FAULTS = {
  '/api/stores': 'Server error',
  '/api/config': 'Response violates schema',
  '/api/products/categories': 'Undocumented Content-Type',
  '/api/admin/live-stats': 'API accepts requests without authentication',
  '/api/auth/login': 'Schema-violating request accepted',
};

/** Passes everything on to `target` but for these faults; `token` opens what should have stayed closed. */
export async function breakOnPurpose(target, token) {
  const server = createServer(async (request, response) => {
    const path = request.url.split('?')[0];
    if (path === '/api/stores') return response.writeHead(500).end();
    if (path === '/api/auth/login' && request.method === 'POST')
      return response.writeHead(204, { 'X-Request-Id': 'broken' }).end();
    const authorization = path === '/api/admin/live-stats' ? `Bearer ${token}` : request.headers.authorization;
    const answer = await fetch(target + request.url, {
      method: request.method === 'TRACE' ? 'OPTIONS' : request.method,
      headers: authorization ? { Authorization: authorization } : {},
    });
    let body = await answer.text();
    if (path === '/api/config' && answer.ok) body = JSON.stringify({ ...JSON.parse(body), passwordHash: 'none' });
    const type = path === '/api/products/categories' ? 'text/plain' : answer.headers.get('content-type');
    response.writeHead(answer.status, { 'Content-Type': type, 'X-Request-Id': 'broken' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    paths: Object.keys(FAULTS),
    faults: FAULTS,
    close: () => server.close().closeAllConnections(),
  };
}
