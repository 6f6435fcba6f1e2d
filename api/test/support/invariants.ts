import { isActive, ORDER_MOVES, type OrderMoves, type OrderStatus } from '@qc/contracts';
import type { Connection } from 'mongoose';
import type { LedgerRecord } from '../../src/ledger/ledger.schema';
import type { CommandRecord } from '../../src/orders/command.schema';
import type { OrderRecord } from '../../src/orders/order.schema';
import type { EventRecord } from '../../src/outbox/event.schema';
import type { PaymentRecord } from '../../src/payments/payment.schema';
import type { ProductRecord } from '../../src/catalog/product.schema';
import type { PartnerRecord } from '../../src/users/partner.schema';

interface Everything {
  orders: OrderRecord[];
  events: EventRecord[];
  ledger: LedgerRecord[];
  payments: PaymentRecord[];
  partners: PartnerRecord[];
  products: ProductRecord[];
  commands: CommandRecord[];
}

/**
 * Reads the whole database and says of each promise that does not hold which one, and where. Empty: all hold.
 * @param initialStock by product id, what the shop began with
 * @param capacity orders that a partner may carry at once
 */
export async function brokenPromises(
  database: Connection,
  initialStock: ReadonlyMap<string, number> = new Map(),
  capacity = Infinity,
): Promise<string[]> {
  const all = await readAll(database);
  return [
    ...partnersBroken(all, capacity),
    ...locksBroken(all),
    ...stockBroken(all, initialStock),
    ...eventsBroken(all),
    ...historiesBroken(all),
    ...booksBroken(all),
    ...paymentsBroken(all),
    ...commandsBroken(all),
    ...strays(all),
  ];
}

async function readAll(database: Connection): Promise<Everything> {
  const names = ['orders', 'events', 'ledger', 'payments', 'partners', 'products', 'commands'] as const;
  const read = names.map(async (name) => [name, await database.collection(name).find().toArray()] as const);
  return Object.fromEntries(await Promise.all(read)) as unknown as Everything;
}

const UNASSIGNED: ReadonlySet<OrderStatus> = new Set(['pending', 'confirmed', 'preparing', 'ready']);

function partnersBroken({ partners, orders }: Everything, capacity: number): string[] {
  const carriers = orders.flatMap(({ number, status, partnerId }) => [
    ...(isActive(status) && !partners.some(({ _id }) => partnerId?.equals(_id))
      ? [`${number} is ${status} with nobody`]
      : []),
    ...(UNASSIGNED.has(status) && partnerId ? [`${number} is ${status} and has a partner`] : []),
  ]);
  const loads = partners.flatMap(({ _id, activeDeliveries }) => {
    const carried = orders.filter(({ status, partnerId }) => isActive(status) && partnerId?.equals(_id)).length;
    return [
      ...(carried === activeDeliveries
        ? []
        : [`partner ${String(_id)} carries ${carried}, counts ${activeDeliveries}`]),
      ...(carried <= capacity ? [] : [`partner ${String(_id)} carries ${carried} of ${capacity}`]),
    ];
  });
  return [...carriers, ...loads];
}

/** A partner may still point to an order whose lock is over: that is looked at nowhere without the order's own lock. */
function locksBroken({ partners, orders }: Everything): string[] {
  return orders.flatMap(({ _id, number, lock, status }) => {
    if (!lock) return [];
    if (status !== 'ready') return [`${number} is ${status} and held`];
    const holder = partners.find((partner) => partner._id.equals(lock.partnerId));
    return holder?.lockedOrderId?.equals(_id) ? [] : [`${number} is held by a partner who does not know`];
  });
}

function stockBroken({ products, orders }: Everything, initialStock: ReadonlyMap<string, number>): string[] {
  const lines = orders.filter(({ status }) => status !== 'cancelled').flatMap(({ items }) => items);
  return products.flatMap(({ _id, name, stock, sold }) => {
    const taken = lines
      .filter(({ productId }) => productId.equals(_id))
      .reduce((sum, { quantity }) => sum + quantity, 0);
    const initial = initialStock.get(_id.toHexString());
    return [
      ...(stock >= 0 ? [] : [`${name} has a stock of ${stock}`]),
      ...(initial === undefined || stock + taken === initial ? [] : [`${name}: ${stock} + ${taken} is not ${initial}`]),
      ...(initial === undefined || sold === taken ? [] : [`${name} counts ${sold} sold, of ${taken}`]),
    ];
  });
}

function eventsBroken({ orders, events }: Everything): string[] {
  const byOrder = Map.groupBy(
    events.filter(({ topic }) => topic === 'order'),
    ({ orderId }) => orderId.toHexString(),
  );
  return orders.flatMap(({ _id, number, version, history }) => {
    const own = byOrder.get(_id.toHexString()) ?? [];
    const seqs = own.map(({ seq }) => seq!).toSorted((a, b) => a - b);
    const whole = seqs.length === version && seqs.every((seq, index) => seq === index + 1);
    const untrue = own.flatMap(({ seq, state }) => {
      const was = history.findLast((entry) => entry.seq <= seq!)?.status;
      return was === state?.status ? [] : [`${number} was ${was} at ${seq}, and told as ${state?.status}`];
    });
    return [...(whole ? [] : [`${number} is at version ${version} with the events ${seqs.join()}`]), ...untrue];
  });
}

function historiesBroken({ orders }: Everything): string[] {
  return orders.flatMap(({ number, status, history }) => {
    const path = history.map((entry) => entry.status);
    const steps = path.slice(1).filter((to, index) => !isMove(path[index]!, to, history[index + 1]!.by.role));
    return [
      ...(path[0] === 'pending' && path.at(-1) === status ? [] : [`${number} is ${status} after ${path.join()}`]),
      ...steps.map((to) => `${number} went to ${to} by no move of the contract: ${path.join()}`),
    ];
  });
}

function isMove(from: OrderStatus, to: OrderStatus, role: OrderRecord['history'][number]['by']['role']): boolean {
  return (ORDER_MOVES[from] as OrderMoves)[to]?.includes(role) === true;
}

function booksBroken({ orders, ledger, payments }: Everything): string[] {
  const unbalanced = ledger.flatMap(({ kind, lines }) => {
    const sum = lines.reduce((total, { amount }) => total + amount, 0);
    return sum === 0 ? [] : [`a ${kind} is off by ${sum}`];
  });
  const wrong = orders.flatMap((order) => {
    const own = ledger.filter(({ orderId }) => orderId?.equals(order._id));
    const [kinds, expected] = [own.map(({ kind }) => kind).toSorted(), entriesOf(order).toSorted()];
    const atProvider = own.flatMap(({ lines }) => lines).filter(({ account }) => account === 'provider');
    const left = atProvider.reduce((sum, { amount }) => sum + amount, 0);
    const customer = own.flatMap(({ lines }) => lines).filter(({ account }) => account.startsWith('customer:'));
    const owes = customer.reduce((sum, { amount }) => sum + amount, 0);
    const due = dueOf(
      order,
      payments.find(({ _id }) => _id.equals(order._id)),
    );
    return [
      ...(kinds.join() === expected.join() ? [] : [`${order.number} has ${kinds.join()}, not ${expected.join()}`]),
      ...(left >= 0 ? [] : [`${order.number} gave back ${-left} more than was captured`]),
      ...(owes === due ? [] : [`the customer of ${order.number} owes ${owes}, not ${due}`]),
    ];
  });
  return [...unbalanced, ...wrong];
}

/** What the books must hold of an order that stands where it does. */
function entriesOf({ total, status, paymentMethod, paymentStatus }: OrderRecord): string[] {
  if (total === 0) return [];
  const captured = paymentMethod !== 'cash' && (paymentStatus === 'paid' || paymentStatus === 'refunded');
  return [
    'charge',
    ...(captured ? ['payment'] : []),
    ...(status === 'delivered' ? ['earning'] : []),
    ...(status === 'delivered' && paymentMethod === 'cash' ? ['cash'] : []),
    ...(status === 'cancelled' ? ['reversal'] : []),
    ...(paymentStatus === 'refunded' ? ['refund'] : []),
  ];
}

/** What the customer of an order still owes by the books; below zero: is to get back. */
function dueOf({ total, status, paymentMethod, paymentStatus }: OrderRecord, payment?: PaymentRecord): number {
  if (status === 'delivered') return 0;
  if (status === 'cancelled') return payment?.state === 'refunding' ? -payment.refund : 0;
  return paymentMethod !== 'cash' && paymentStatus === 'paid' ? 0 : total;
}

const FITS: Record<PaymentRecord['state'], readonly OrderRecord['paymentStatus'][]> = {
  capturing: ['pending'],
  captured: ['paid'],
  refused: ['failed'],
  refunding: ['paid'],
  refunded: ['refunded'],
};

function paymentsBroken({ orders, payments, ledger }: Everything): string[] {
  return orders.flatMap(({ _id, number, status, total, paymentMethod, paymentStatus }) => {
    const payment = payments.find((one) => one._id.equals(_id));
    if (paymentMethod === 'cash') return payment ? [`${number} is paid in cash and has a payment`] : [];
    if (!payment) return [`${number} has no payment`];
    return [
      ...(FITS[payment.state].includes(paymentStatus) ? [] : [`${number} is ${paymentStatus}, ${payment.state}`]),
      ...(payment.amount === total ? [] : [`${number} comes to ${total}, its payment to ${payment.amount}`]),
      ...(payment.refund <= payment.amount ? [] : [`${number} gives back more than it took`]),
      ...(status === 'cancelled' && payment.state === 'captured' && feeOf(_id, ledger) < payment.amount
        ? [`${number} is cancelled and keeps the money`]
        : []),
    ];
  });
}

/** What the cancellation of an order kept back. */
function feeOf(id: OrderRecord['_id'], ledger: readonly LedgerRecord[]): number {
  const lines = ledger.filter(({ orderId }) => orderId?.equals(id)).flatMap((entry) => entry.lines);
  return lines.reduce((sum, { account, amount }) => sum - (account === 'cancellation_fees' ? amount : 0), 0);
}

function commandsBroken({ commands, orders }: Everything): string[] {
  return commands.flatMap(({ _id, orderId, seq }) => {
    const order = orders.find((one) => orderId?.equals(one._id));
    if (!orderId) return [];
    return order && seq! <= order.version ? [] : [`the command ${_id} answered what is not there`];
  });
}

/** What tells of an order that was never committed: half of a change. */
function strays({ orders, events, ledger, payments }: Everything): string[] {
  const known = new Set(orders.map(({ _id }) => _id.toHexString()));
  const traces = {
    events: events.map(({ orderId }) => orderId),
    ledger: ledger.flatMap(({ orderId }) => orderId ?? []),
    payments: payments.map(({ _id }) => _id),
  };
  const left = Object.entries(traces).flatMap(([where, ids]) => ids.map((id) => ({ where, id: id.toHexString() })));
  const byOrder = Map.groupBy(
    left.filter(({ id }) => !known.has(id)),
    ({ id }) => id,
  );
  return [...byOrder].map(
    ([id, found]) => `${[...new Set(found.map(({ where }) => where))].join(', ')} of ${id}, which is no order`,
  );
}
