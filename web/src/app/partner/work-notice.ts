import type { ActorRole, Order } from '@qc/contracts';

/** What others did to an order of this partner. */
export interface WorkNotice {
  title: string;
  text: string;
}

type Change = 'assigned' | 'released' | 'cancelled' | 'failed' | 'delivered';

/** Says what somebody else did; undefined when it was the partner's own doing, or nothing that has to be said. */
export function workNotice(
  change: string,
  order: Pick<Order, 'number' | 'reason'>,
  by?: ActorRole,
): WorkNotice | undefined {
  if (by === 'partner') return undefined;
  return TEXTS[change as Change]?.(order, by);
}

const TEXTS: Record<Change, (order: Pick<Order, 'number' | 'reason'>, by?: ActorRole) => WorkNotice> = {
  assigned: ({ number }) => ({ title: 'A new order for you', text: `The dispatcher gave you order ${number}.` }),
  released: ({ number }) => ({
    title: `Order ${number} is no longer yours`,
    text: 'The dispatcher took it back. You are free for the next one.',
  }),
  cancelled: ({ number, reason }, by) => ({
    title: `Order ${number} was cancelled`,
    text: `${by === 'customer' ? 'The customer' : 'The shop'} cancelled it${because(reason)} There is no need to go.`,
  }),
  failed: ({ number, reason }) => ({
    title: `Order ${number} was closed as not delivered`,
    text: `The dispatcher closed it${because(reason)}`,
  }),
  delivered: ({ number }) => ({
    title: `Order ${number} was closed as delivered`,
    text: 'The dispatcher closed it for you. It counts as yours.',
  }),
};

function because(reason?: string): string {
  return reason ? `: “${reason}”.` : '.';
}
