import type { Order, OrderStatus, Product, ProblemBody } from '@qc/contracts';
import type { Answer, Client } from './client';
import type { TestServer } from './test-server';

const TO_THE_DOOR = ['picked_up', 'in_transit', 'delivered'] as const satisfies readonly OrderStatus[];

/** The partner goes with an accepted order as far as `to`. */
export async function carry(partner: Client, orderId: string, to: (typeof TO_THE_DOOR)[number]): Promise<Order> {
  let last: Answer<Order> | undefined;
  for (const status of TO_THE_DOOR.slice(0, TO_THE_DOOR.indexOf(to) + 1)) {
    last = await partner.move(orderId, status);
    if (last.status !== 200) throw new Error(`${status} was refused: ${JSON.stringify(last.body)}`);
  }
  return last!.body;
}

/** What a refusal comes to: its HTTP status and its code. */
export function refusal({ status, body }: Answer<unknown>): [number, string | undefined] {
  return [status, (body as ProblemBody | undefined)?.code];
}

export async function stockOf(server: TestServer, productId: string): Promise<number> {
  return (await server.anonymous().get<Product>(`/products/${productId}`)).body.stock;
}
