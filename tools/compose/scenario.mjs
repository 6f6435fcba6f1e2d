// What is done with the running stack, one check after the other; each leaves it as it was.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import { io } from 'socket.io-client';
import { chromiumLaunch } from '../chromium.mjs';
import { Person } from './person.mjs';
import { sh } from './sh.mjs';

const PORT = 18_080;
const URL = `http://127.0.0.1:${PORT}`;
const SERVICES = ['mongo', 'redis', 'api-1', 'api-2', 'proxy'];
const SETTINGS = {
  HTTP_PORT: `127.0.0.1:${PORT}`,
  HTTPS_PORT: '127.0.0.1:18443',
  GRAFANA_PORT: '18300',
  PROMETHEUS_PORT: '18990',
};
/** Milliseconds in which what was killed is healthy again. */
const BOUND = 60_000;

/** @param stack `check` counts, `engine` runs, `compose` is the path of its plugin, `root` has the compose file */
export async function scenario({ check, engine, compose: plugin, root }) {
  const environment = { ...engine.env, ...SETTINGS };
  const compose = (...args) => sh(plugin, args, { cwd: root, env: environment });
  const { docker } = engine;
  let admin;
  let product;

  await check('docker-compose.yml is one that compose takes, with every profile', async () => {
    await compose('--profile', 'backup', '--profile', 'monitoring', '--profile', 'tools', 'config', '--quiet');
  });
  try {
    const up = await check('everything comes up, healthy', async () => {
      await compose('up', '-d', '--no-build', '--wait', '--wait-timeout', '180');
    });
    if (!up) return console.log(await compose('logs', '--no-color', '--tail', '20'));
    await check('the first admin signs in with the password that was made, and opens the shop', async () => {
      const password = await compose('run', '--rm', '--no-deps', '-T', 'admin-password');
      admin = await new Person(URL).signIn('admin@example.com', password);
      await admin.send('PUT', '/admin/settings', { open: true, autoReady: true });
      product = await admin.send('POST', '/products', { name: 'Tea', category: 'Tests', price: 1000, stock: 100_000 });
    });
    await check(
      'an order goes from the shop to the door, and the customer hears of each step through either replica',
      async () => {
        const customer = await new Person(URL).register('customer');
        const partner = await new Person(URL).register('partner');
        const heard = [];
        const sockets = await Promise.all(
          ['websocket', 'polling'].map((transport) => connected(customer.token, transport)),
        );
        sockets.forEach((socket, index) => socket.on('orderUpdated', ({ type }) => heard.push(`${index} ${type}`)));
        const order = await place(customer, product);
        await partner.send('PUT', '/delivery/availability', { available: true });
        await partner.send('POST', `/orders/${order.id}/accept`);
        for (const status of ['picked_up', 'in_transit', 'delivered'])
          await partner.send('PUT', `/orders/${order.id}/status`, { status });
        await until(
          () => heard.filter((one) => one.endsWith('delivered')).length === 2,
          `both sockets hear of it, not only ${heard}`,
        );
        for (const socket of sockets) socket.disconnect();
      },
    );
    await check('a browser opens the shop, and a customer signs in', () => browse(product));
    await check('what is for operations is not for visitors, and replicas answer it inside', async () => {
      for (const path of ['/api/metrics', '/api/health/ready']) {
        const { status } = await fetch(URL + path);
        if (status !== 404) throw new Error(`${path} answered ${status}`);
      }
      const metrics = await compose(
        'exec',
        '-T',
        'api-1',
        'node',
        '-e',
        "fetch('http://api-2:5000/api/metrics').then(r=>r.text()).then(console.log)",
      );
      if (!metrics.includes('qc_redis_up 1')) throw new Error('no qc_redis_up 1 in the metrics of api-2');
    });
    await check('no container runs as root, and none of ours writes its own disk', async () => {
      for (const service of ['api-1', 'api-2', 'proxy', 'redis']) {
        const id = await compose('ps', '-q', service);
        const [readOnly, user] = (
          await docker('inspect', '-f', '{{.HostConfig.ReadonlyRootfs}} {{.Config.User}}', id)
        ).split(' ');
        if (readOnly !== 'true' || !user || user === 'root' || user === '0')
          throw new Error(`${service}: ${readOnly} ${user}`);
      }
    });
    for (const service of SERVICES)
      await check(`kill -9 of ${service}: it comes back by itself, and orders go on`, async () => {
        const id = await compose('ps', '-q', service);
        const [pid, before] = (await docker('inspect', '-f', '{{.State.Pid}} {{.RestartCount}}', id))
          .split(' ')
          .map(Number);
        const began = Date.now();
        process.kill(pid, 'SIGKILL');
        const healthy = async () => {
          const state = await docker('inspect', '-f', '{{.RestartCount}} {{.State.Health.Status}}', id);
          return state === `${before + 1} healthy`;
        };
        await until(healthy, `${service} is healthy again`);
        const customer = await until(
          () => new Person(URL).register('customer').catch(() => null),
          'somebody can register',
        );
        await until(() => place(customer, product).catch(() => null), 'an order is taken');
        return `orders again after ${((Date.now() - began) / 1000).toFixed(1)} s`;
      });
    await check('both replicas are rolled to a new release under traffic: no answer fails', async () => {
      await docker('tag', 'quickcommerce-api:local', 'quickcommerce-api:next');
      await docker('tag', 'quickcommerce-web:local', 'quickcommerce-web:next');
      const traffic = new Traffic(await new Person(URL).register('customer'), product);
      await traffic.more(20);
      await sh(join(root, 'docker/roll.sh'), ['api-1', 'api-2'], {
        env: { ...environment, VERSION: 'next', DOCKER_COMPOSE: plugin },
      });
      await traffic.more(20);
      const { answers, failed } = await traffic.end();
      const images = await Promise.all(
        ['api-1', 'api-2'].map(async (one) =>
          docker('inspect', '-f', '{{.Config.Image}}', await compose('ps', '-q', one)),
        ),
      );
      if (images.some((name) => !name.endsWith(':next'))) throw new Error(`they run ${images}`);
      if (failed.length) throw new Error(`${failed.length} of ${answers} failed: ${failed.slice(0, 5)}`);
      return `${answers} answers`;
    });
    await check('a backup is taken by a user that may only read', async () => {
      const said = await compose('--profile', 'backup', 'run', '--rm', '-T', 'backup');
      if (!/the database as of/.test(said) || /cannot be raised/.test(said)) throw new Error(said);
    });
    await check('taken down and up again, it has everything', async () => {
      const { pagination } = await admin.send('GET', '/orders?limit=1');
      await compose('down');
      await compose('up', '-d', '--no-build', '--wait', '--wait-timeout', '180');
      const again = await admin.send('GET', '/orders?limit=1');
      if (JSON.stringify(again.pagination) !== JSON.stringify(pagination)) throw new Error('orders are missing');
    });
  } catch (error) {
    await check('the scenario goes on to its end', () => Promise.reject(error));
  } finally {
    const down = compose('--profile', 'backup', '--profile', 'tools', 'down', '--volumes', '--remove-orphans');
    await down.catch((error) => console.log(error.message));
  }
}

function place(customer, { id }) {
  const order = {
    items: [{ productId: id, quantity: 1 }],
    deliveryAddress: { street: '5 Park Lane', city: 'Bengaluru' },
    paymentMethod: 'cash',
  };
  return customer.send('POST', '/orders', order, { 'Idempotency-Key': randomUUID() });
}

async function connected(token, transport) {
  const socket = io(URL, { auth: { token }, transports: [transport], forceNew: true });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
  return socket;
}

/** Asks until it is so; what is asked for stands in another process, which tells nobody. */
async function until(holds, what) {
  for (const end = Date.now() + BOUND; Date.now() < end; await pause(200)) {
    const found = await holds();
    if (found) return found;
  }
  throw new Error(`not within ${BOUND / 1000} s: ${what}`);
}

/** Reads and orders, some twenty a second, as long as it is wanted. Every answer that is not a good one is kept. */
class Traffic {
  answers = 0;
  failed = [];
  over = false;

  constructor(customer, product) {
    const reads = async () => void (await customer.send('GET', '/products?limit=1'));
    const orders = async () => void (await place(customer, product));
    this.loops = [reads, reads, orders].map(async (act) => {
      while (!this.over) {
        await act().catch((error) => this.failed.push(error.message));
        this.answers++;
        await pause(100);
      }
    });
  }

  async more(count) {
    for (const goal = this.answers + count; this.answers < goal;) await pause(20);
  }

  async end() {
    this.over = true;
    await Promise.all(this.loops);
    return this;
  }
}

async function browse(product) {
  const customer = await new Person(URL).register('customer');
  const browser = await chromium.launch(await chromiumLaunch());
  try {
    const page = await browser.newPage({ baseURL: URL, viewport: { width: 390, height: 844 } });
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(customer.email);
    await page.getByLabel('Password').fill(customer.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL((to) => !to.pathname.startsWith('/sign-in'));
    await page.goto('/shop');
    await page.getByRole('button', { name: `Add ${product.name}` }).waitFor();
  } finally {
    await browser.close();
  }
}
