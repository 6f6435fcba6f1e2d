import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from './support/client';
import { refusal } from './support/steps';
import { TestServer } from './support/test-server';

describe('the code at the door', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ RATE_LIMIT_ENABLED: 'true', PARTNER_CAPACITY: '5' });
    await server.settings({ deliveryProof: 'code' });
  });
  afterAll(() => server.stop());

  /** An order before the door, its partner, and the code that only its customer sees. */
  async function atTheDoor(partner: Client): Promise<{ id: string; right: string; wrong: string }> {
    const { deliveryCode, id } = await server.readyOrder();
    await partner.accept(id);
    for (const status of ['picked_up', 'in_transit']) await partner.move(id, status);
    return { id, right: deliveryCode!, wrong: deliveryCode === '0000' ? '0001' : '0000' };
  }
  const show = (partner: Client, id: string, deliveryCode: string) => partner.move(id, 'delivered', { deliveryCode });

  it('cannot be found by trying them all: after five wrong ones even the right one waits', async () => {
    const partner = await server.partner();
    const { id, right, wrong } = await atTheDoor(partner);
    for (let tries = 0; tries < 5; tries += 1)
      expect(refusal(await show(partner, id, wrong))).toEqual([422, 'DELIVERY_CODE_WRONG']);
    const slowed = await show(partner, id, right);
    expect(refusal(slowed)).toEqual([429, 'RATE_LIMITED']);
    server.advance(Number(slowed.headers.get('retry-after')) * 1000);
    expect((await show(partner, id, right)).body.status).toBe('delivered');
  });

  it('is not slowed for another order of the same courier, nor by whoever does not carry it', async () => {
    const [partner, stranger] = await server.partners(2);
    const [one, other] = [await atTheDoor(partner!), await atTheDoor(partner!)];
    for (let tries = 0; tries < 6; tries += 1) await show(partner!, one.id, one.wrong);
    for (let tries = 0; tries < 6; tries += 1) await show(stranger!, other.id, other.wrong);
    const answer = await show(partner!, other.id, other.right);
    expect([answer.status, (answer.body).status]).toEqual([200, 'delivered']);
  });

  it('lets no more through when they come at once', async () => {
    const partner = await server.partner();
    const { id, wrong } = await atTheDoor(partner);
    const answers = await Promise.all(Array.from({ length: 40 }, () => show(partner, id, wrong)));
    expect(answers.filter(({ status }) => status === 422).length).toBeLessThanOrEqual(5);
    expect(answers.every(({ status }) => status === 422 || status === 429)).toBe(true);
  });
});
