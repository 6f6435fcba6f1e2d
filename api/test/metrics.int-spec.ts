import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { TestServer } from './support/test-server';
import { Client } from './support/client';
import { Victim } from './support/victim';

describe('what operations see', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  /** The figure of one line of the metrics. */
  async function figure(line: string): Promise<number> {
    const text = await (await fetch(`${server.url}/api/metrics`)).text();
    const found = text.split('\n').find((one) => one.startsWith(`${line} `));
    return Number(found?.slice(line.length + 1) ?? Number.NaN);
  }

  it('requests are counted and timed by route and status, never by what somebody wrote into the path', async () => {
    const order = await server.readyOrder();
    await server.anonymous().get(`/orders/${order.id}`);
    await fetch(`${server.url}/api/nothing/of/the/kind`);
    const count = 'http_request_duration_seconds_count';
    expect(await figure(`${count}{method="POST",route="/api/orders",status="201"}`)).toBe(1);
    expect(await figure(`${count}{method="GET",route="/api/orders/:id",status="401"}`)).toBe(1);
    const text = await (await fetch(`${server.url}/api/metrics`)).text();
    expect(text).not.toContain('of/the/kind');
    expect(text).not.toContain(order.id);
  });

  it('refusals are counted by their code', async () => {
    const [one, other] = await server.partners(2);
    const order = await server.readyOrder();
    await one!.accept(order.id);
    expect((await other!.accept(order.id)).status).toBe(409);
    expect(await figure('qc_refusals_total{code="ORDER_ALREADY_ASSIGNED"}')).toBe(1);
  });

  it('events tell how late they were, and what waits', async () => {
    const before = await figure('qc_event_delay_seconds_count');
    const customer = await server.customer();
    const socket = await customer.connect();
    const told = new Promise((resolve) => socket.once('orderUpdated', resolve));
    await server.readyOrder(customer);
    await told;
    expect(await figure('qc_event_delay_seconds_count')).toBeGreaterThan(before);
    expect(await figure('qc_outbox_lag_seconds')).toBeLessThan(5);
    expect(await figure('qc_sockets')).toBe(1);
    expect(await figure('qc_open_orders{status="ready"}')).toBeGreaterThan(0);
    expect(await figure('qc_mongodb_up')).toBe(1);
    customer.disconnect();
  });
});

describe('traces', () => {
  let collector: Server;
  let victim: Victim;
  let received = '';
  beforeAll(async () => {
    collector = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
      request.on('end', () => response.end());
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const { port } = collector.address() as AddressInfo;
    victim = await Victim.prepare({
      more: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_BSP_SCHEDULE_DELAY: '100' },
    });
    await victim.start();
  }, 120_000);
  afterAll(async () => {
    await victim?.end();
    collector.close();
  }, 60_000);

  it('go to the collector that the environment names: the request by its route, and what it asked of MongoDB', async () => {
    const sent = once(collector, 'request');
    await new Client(victim.url).get('/products?limit=1');
    await sent;
    while (!/mongo/i.test(received) || !received.includes('/api/products')) await once(collector, 'request');
    expect(received).toContain('quickcommerce-api');
  }, 30_000);
});
