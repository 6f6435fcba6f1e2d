import type { LedgerEntry, MinorUnits, Totals } from '@qc/contracts';

/**
 * The accounts of the books. `customer`, `partner` and `cash` are kept for each person apart, as `customer:<id>`.
 *
 * - `customer` what a customer owes; `provider` money at the payment provider; `cash` what a partner has taken at doors
 * - `sales`, `delivery_fees`, `tax`, `discounts`, `cancellation_fees` what an order brings in
 * - `tips` what customers gave for a partner who is not yet known; `partner` what a partner is owed; `delivery_costs` what trips cost
 * - `bank` what went out to partners, or came in from them
 */
export type Account =
  | `${'customer' | 'partner' | 'cash'}:${string}`
  | 'provider'
  | 'sales'
  | 'delivery_fees'
  | 'tax'
  | 'tips'
  | 'discounts'
  | 'cancellation_fees'
  | 'delivery_costs'
  | 'bank';

export type PostingKind = LedgerEntry['kind'];

/** Minor units; debit positive, credit negative. */
export interface PostingLine {
  account: Account;
  amount: MinorUnits;
}

/** One entry of the books: its lines sum to zero. */
export interface Posting {
  kind: PostingKind;
  lines: PostingLine[];
}

/** @throws Error for lines that do not sum to zero, or are no whole amounts: that is a fault of ours, never of a request */
export function posting(kind: PostingKind, lines: readonly PostingLine[]): Posting {
  const booked = lines.filter(({ amount }) => amount !== 0);
  if (!booked.every(({ amount }) => Number.isSafeInteger(amount))) throw new Error(`a ${kind} of a broken amount`);
  const sum = booked.reduce((total, { amount }) => total + amount, 0);
  if (sum !== 0) throw new Error(`a ${kind} that is off by ${sum}`);
  return { kind, lines: booked };
}

/** What an order comes to, when it is placed: the customer owes it. */
export function charge(customerId: string, totals: Totals): Posting {
  return posting('charge', [{ account: `customer:${customerId}`, amount: totals.total }, ...income(totals, -1)]);
}

/** The provider has the money. */
export function payment(customerId: string, amount: MinorUnits): Posting {
  return posting('payment', [
    { account: 'provider', amount },
    { account: `customer:${customerId}`, amount: -amount },
  ]);
}

/** The partner has the money, in hand. */
export function cashTaken(customerId: string, partnerId: string, amount: MinorUnits): Posting {
  return posting('cash', [
    { account: `cash:${partnerId}`, amount },
    { account: `customer:${customerId}`, amount: -amount },
  ]);
}

/** The trip's pay and the customer's tip are the partner's, from the delivery on. */
export function earning(partnerId: string, tripPay: MinorUnits, tip: MinorUnits): Posting {
  return posting('earning', [
    { account: 'delivery_costs', amount: tripPay },
    { account: 'tips', amount: tip },
    { account: `partner:${partnerId}`, amount: -(tripPay + tip) },
  ]);
}

/** A cancelled order is owed no longer, but for `fee`. */
export function reversal(customerId: string, totals: Totals, fee: MinorUnits): Posting {
  return posting('reversal', [
    ...income(totals, 1),
    { account: 'cancellation_fees', amount: -fee },
    { account: `customer:${customerId}`, amount: fee - totals.total },
  ]);
}

/** Money that went back through the provider. */
export function refund(customerId: string, amount: MinorUnits): Posting {
  return posting('refund', [
    { account: `customer:${customerId}`, amount },
    { account: 'provider', amount: -amount },
  ]);
}

/** Settles with a partner: what is owed goes out, the cash in hand is kept against it. Below zero the partner hands the rest in. */
export function payout(partnerId: string, owed: MinorUnits, cash: MinorUnits): Posting {
  return posting('payout', [
    { account: `partner:${partnerId}`, amount: owed },
    { account: `cash:${partnerId}`, amount: -cash },
    { account: 'bank', amount: cash - owed },
  ]);
}

function income({ subtotal, deliveryFee, tax, tip, discount }: Totals, sign: 1 | -1): PostingLine[] {
  return [
    { account: 'sales', amount: sign * subtotal },
    { account: 'delivery_fees', amount: sign * deliveryFee },
    { account: 'tax', amount: sign * tax },
    { account: 'tips', amount: sign * tip },
    { account: 'discounts', amount: -sign * discount },
  ];
}
