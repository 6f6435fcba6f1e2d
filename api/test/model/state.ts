/**
 * The shop as the contract describes it, in a few lines: what each request may be answered, and what it changes. Written
 * from the contract's tables alone. Where several refusals apply the contract names no order, and any of them will do.
 */

export const CAPACITY = 1;
/** Milliseconds. */
export const LOCK_TTL = 120_000;
const RENEWALS = 3;

export type Status =
  | 'pending'
  | 'confirmed'
  | 'preparing'
  | 'ready'
  | 'assigned'
  | 'picked_up'
  | 'in_transit'
  | 'delivered'
  | 'cancelled'
  | 'failed';
export type Role = 'customer' | 'partner' | 'admin';
export interface Actor {
  role: Role;
  index: number;
}
export type Line = readonly [product: number, quantity: number];
export type Method = 'cash' | 'card' | 'card that is refused' | 'card that is answered twice';

/** One request, with everything that it sends. Orders go by the serial number of the request that placed them. */
export type Act =
  | { kind: 'place'; by: Actor; lines: readonly Line[]; tip: number; method: Method }
  | { kind: 'quote'; by: Actor; lines: readonly Line[] }
  | { kind: 'reorder'; by: Actor; order: number }
  | { kind: 'read'; by: Actor; order: number }
  | { kind: 'move'; by: Actor; order: number; to: Status; note?: string; code?: 'right' | 'wrong' }
  | { kind: 'cancel'; by: Actor; order: number; note?: string }
  | { kind: 'rate'; by: Actor; order: number; score: number }
  | { kind: 'lock'; by: Actor; order: number }
  | { kind: 'unlock'; by: Actor; order: number }
  | { kind: 'accept'; by: Actor; order: number; at: 'orders' | 'delivery' }
  | { kind: 'release'; by: Actor; order: number; note?: string }
  | { kind: 'assign'; by: Actor; order: number; partner: number }
  | { kind: 'unassign'; by: Actor; order: number; note?: string }
  | { kind: 'work'; by: Actor; available: boolean };

export interface Request {
  serial: number;
  act: Act;
  key?: string;
  ifMatch?: number;
}

/** What of an answer the model speaks about. */
export interface Told {
  /** `200`, or `409 ORDER_ALREADY_ASSIGNED`. */
  outcome: string;
  order?: { status: string; version: number };
  replayed: boolean;
}

interface OrderState {
  customer: number;
  lines: readonly Line[];
  cash: boolean;
  status: Status;
  version: number;
  partner: number | null;
  /** Who made the last move. */
  last: string;
  paid: 'pending' | 'paid' | 'refunded';
  lock: { partner: number; until: number; renewals: number } | null;
  score: number | null;
}

interface Kept {
  request: string;
  told: Told;
}

export interface State {
  now: number;
  /** How far an order goes by itself. */
  opening: 'pending' | 'confirmed' | 'ready';
  stock: number[];
  available: boolean[];
  orders: Record<number, OrderState>;
  kept: Record<string, Kept>;
}

const ANYONE = ['customer', 'admin'] as const;
const MOVES: Record<Status, Partial<Record<Status, readonly Role[]>>> = {
  pending: { confirmed: ['admin'], cancelled: ANYONE },
  confirmed: { preparing: ['admin'], cancelled: ANYONE },
  preparing: { ready: ['admin'], cancelled: ANYONE },
  // by accept and assign, never by PUT
  ready: { cancelled: ANYONE },
  assigned: { picked_up: ['partner'], ready: ['partner', 'admin'], cancelled: ANYONE },
  picked_up: { in_transit: ['partner'], failed: ['admin'] },
  in_transit: { delivered: ['partner', 'admin'], failed: ['partner', 'admin'] },
  failed: { ready: ['admin'], cancelled: ['admin'] },
  delivered: {},
  cancelled: {},
};
const ON_THE_WAY: readonly Status[] = ['assigned', 'picked_up', 'in_transit'];
const OPENING_VERSION = { pending: 1, confirmed: 2, ready: 4 } as const;
/** Which refusals a key keeps: those that last. */
const KEPT = /^(402|403|404|409|422)/;

/** What may be answered: one of these refusals; or, when there is none, this success, which then takes place. */
interface Verdict {
  refusals: string[];
  success: number;
  order?: OrderState;
  apply?: () => void;
}

/** Takes an answer into the state. null: it is what the contract allows; else what it would have allowed. */
export function follow(state: State, request: Request, told: Told): string | null {
  const address = request.key && `${nameOf(request.act.by)} ${request.act.kind} ${request.key}`;
  const earlier = address ? state.kept[address] : undefined;
  if (earlier) return followReplay(earlier, request, told);
  const { refusals, success, order, apply } = judge(state, request);
  if (told.replayed) return 'the first answer to its key';
  if (refusals.length) {
    if (!refusals.includes(told.outcome)) return refusals.join(' or ');
  } else {
    if (told.outcome !== String(success)) return String(success);
    apply?.();
    if (order && (told.order?.status !== order.status || told.order.version !== order.version))
      return `${success} with the order ${order.status}, version ${order.version}`;
  }
  if (address && (told.outcome.startsWith('2') || KEPT.test(told.outcome)))
    state.kept[address] = { request: fingerprint(request), told };
  return null;
}

/** Whether the answer to a request with this key is kept. */
export function isKept(state: State, { act, key }: Request): boolean {
  return state.kept[`${nameOf(act.by)} ${act.kind} ${key}`] !== undefined;
}

export function loadOf({ orders }: State, partner: number): number {
  return Object.values(orders).filter((order) => order.partner === partner && isOnTheWay(order)).length;
}

export function nameOf({ role, index }: Actor): string {
  return `${role} ${index}`;
}

function followReplay({ request: first, told: before }: Kept, request: Request, told: Told): string | null {
  if (first !== fingerprint(request)) return told.outcome === '422 IDEMPOTENCY_KEY_REUSED' ? null : '422, for the key';
  const same =
    told.outcome === before.outcome &&
    told.order?.version === before.order?.version &&
    told.order?.status === before.order?.status;
  return same && told.replayed ? null : `the first answer again: ${JSON.stringify(before)}`;
}

function fingerprint({ act }: Request): string {
  return JSON.stringify({ ...act, ...(act.kind === 'accept' && { at: null }) });
}

function judge(state: State, request: Request): Verdict {
  const { act, serial } = request;
  switch (act.kind) {
    case 'quote':
      return yes(200);
    case 'place':
      return place(state, serial, act.by.index, act.lines, act.method);
    case 'work':
      return work(state, act.by.index, act.available);
    case 'assign':
      return take(state, request, act.partner, 'admin');
    case 'accept':
      return take(state, request, act.by.index, 'partner');
    default:
      return judgeOnOrder(state, request, act);
  }
}

function judgeOnOrder(
  state: State,
  request: Request,
  act: Exclude<Act, { kind: 'quote' | 'place' | 'work' | 'assign' | 'accept' }>,
): Verdict {
  const order = state.orders[act.order]!;
  switch (act.kind) {
    case 'read':
      return isSeenBy(state, order, act.by) ? yes(200, order) : no('404 ORDER_NOT_FOUND');
    case 'reorder':
      if (!isSeenBy(state, order, act.by)) return no('404 ORDER_NOT_FOUND');
      return place(state, request.serial, act.by.index, order.lines, order.cash ? 'cash' : 'card');
    case 'rate':
      return rate(state, request, act.by, act.score);
    case 'lock':
      return lock(state, order, act.by.index);
    case 'unlock':
      return yes(204, undefined, () => {
        if (order.lock?.partner === act.by.index) order.lock = null;
      });
    case 'cancel':
      return move(state, request, { ...act, to: 'cancelled' });
    case 'release':
    case 'unassign':
      return move(state, request, { ...act, to: 'ready', from: 'assigned' });
    case 'move':
      return move(state, request, act);
  }
}

function place(state: State, serial: number, customer: number, lines: readonly Line[], method: Method): Verdict {
  const wanted = new Map<number, number>();
  for (const [product, quantity] of lines) wanted.set(product, (wanted.get(product) ?? 0) + quantity);
  if ([...wanted].some(([product, quantity]) => state.stock[product]! < quantity)) return no('409 OUT_OF_STOCK');
  if (method === 'card that is refused') return no('402 PAYMENT_FAILED');
  const cash = method === 'cash';
  const order: OrderState = {
    customer,
    lines,
    cash,
    status: state.opening,
    // a payment is a version of its own
    version: OPENING_VERSION[state.opening] + (cash ? 0 : 1),
    partner: null,
    last: state.opening === 'pending' ? nameOf({ role: 'customer', index: customer }) : 'system',
    paid: cash ? 'pending' : 'paid',
    lock: null,
    score: null,
  };
  return yes(201, order, () => {
    for (const [product, quantity] of wanted) state.stock[product]! -= quantity;
    state.orders[serial] = order;
  });
}

function work(state: State, partner: number, available: boolean): Verdict {
  return yes(204, undefined, () => {
    state.available[partner] = available;
    if (!available) letGo(state, partner);
  });
}

/** Accept and assign: the ways to a partner. */
function take(state: State, { act, ifMatch }: Request, partner: number, role: 'partner' | 'admin'): Verdict {
  const order = state.orders[(act as { order: number }).order]!;
  const mine = order.partner === partner;
  if (role === 'partner' ? mine : mine && order.status === 'assigned' && order.last === nameOf(act.by))
    return yes(200, order);
  const refusals: string[] = [];
  if (order.status !== 'ready') refusals.push(lostTo(order));
  if (ifMatch !== undefined && ifMatch !== order.version) refusals.push('412 VERSION_MISMATCH');
  if (loadOf(state, partner) >= CAPACITY) refusals.push('409 PARTNER_BUSY');
  if (role === 'partner') {
    if (!state.available[partner]) refusals.push('409 PARTNER_OFFLINE');
    if (isHeldByOther(state, order, partner)) refusals.push('423 ORDER_LOCKED');
  }
  if (refusals.length) return no(...refusals);
  return yes(200, order, () => {
    letGo(state, partner);
    Object.assign(order, { status: 'assigned', partner, lock: null, last: nameOf(act.by) });
    order.version += 1;
  });
}

function lock(state: State, order: OrderState, partner: number): Verdict {
  const refusals: string[] = [];
  const living = order.status === 'ready' && order.lock && order.lock.until > state.now ? order.lock : null;
  const own = living?.partner === partner ? living : null;
  if (order.status !== 'ready') refusals.push(lostTo(order));
  if (isHeldByOther(state, order, partner)) refusals.push('423 ORDER_LOCKED');
  if (!state.available[partner]) refusals.push('409 PARTNER_OFFLINE');
  if (loadOf(state, partner) >= CAPACITY) refusals.push('409 PARTNER_BUSY');
  if (own && own.renewals >= RENEWALS) refusals.push('409 LOCK_LIMIT');
  if (refusals.length) return no(...refusals);
  return yes(200, undefined, () => {
    letGo(state, partner);
    order.lock = { partner, until: state.now + LOCK_TTL, renewals: own ? own.renewals + 1 : 0 };
  });
}

function rate(state: State, { act, ifMatch }: Request, by: Actor, score: number): Verdict {
  const order = state.orders[(act as { order: number }).order]!;
  if (!isSeenBy(state, order, by)) return no('404 ORDER_NOT_FOUND');
  if (order.score === score) return yes(200, order);
  const refusals: string[] = [];
  if (order.status !== 'delivered' || order.score !== null) refusals.push('409 INVALID_TRANSITION');
  if (ifMatch !== undefined && ifMatch !== order.version) refusals.push('412 VERSION_MISMATCH');
  if (refusals.length) return no(...refusals);
  return yes(200, order, () => {
    order.score = score;
    order.version += 1;
  });
}

interface Move {
  by: Actor;
  order: number;
  to: Status;
  /** A word for one move (release, unassign) is no way to make another. */
  from?: Status;
  note?: string;
  code?: 'right' | 'wrong';
}

function move(state: State, { ifMatch }: Request, { by, order: serial, to, from, note, code }: Move): Verdict {
  const order = state.orders[serial]!;
  if (order.status === to && order.last === nameOf(by)) return yes(200, order);
  if (!isSeenBy(state, order, by)) return no('404 ORDER_NOT_FOUND');
  const refusals: string[] = [];
  const roles = MOVES[order.status][to];
  if (!roles || (from && order.status !== from)) refusals.push('409 INVALID_TRANSITION');
  if (roles && !roles.includes(by.role)) refusals.push('403 FORBIDDEN');
  if (ifMatch !== undefined && ifMatch !== order.version) refusals.push('412 VERSION_MISMATCH');
  if (note === undefined && needsReason(order.status, to, by.role)) refusals.push('400 REASON_REQUIRED');
  if (to === 'delivered' && by.role === 'partner' && code !== 'right') refusals.push('422 DELIVERY_CODE_WRONG');
  return refusals.length ? no(...refusals) : yes(200, order, () => carryOut(state, order, to, by));
}

function needsReason(from: Status, to: Status, role: Role): boolean {
  if (role === 'partner') return to === 'failed' || to === 'ready';
  if (role !== 'admin') return false;
  return to === 'cancelled' || to === 'failed' || to === 'delivered' || (from === 'assigned' && to === 'ready');
}

function carryOut(state: State, order: OrderState, to: Status, by: Actor): void {
  order.status = to;
  order.version += 1;
  order.last = nameOf(by);
  order.lock = null;
  if (to === 'ready') order.partner = null;
  if (to === 'delivered') order.paid = 'paid';
  if (to !== 'cancelled') return;
  for (const [product, quantity] of order.lines) state.stock[product]! += quantity;
  if (order.paid !== 'paid') return;
  order.paid = 'refunded';
  order.version += 1;
}

function isSeenBy(state: State, order: OrderState, { role, index }: Actor): boolean {
  if (role === 'admin') return true;
  if (role === 'customer') return order.customer === index;
  return order.partner === index || (order.status === 'ready' && state.available[index] === true);
}

function isHeldByOther({ now }: State, { status, lock }: OrderState, partner: number): boolean {
  return status === 'ready' && lock !== null && lock.partner !== partner && lock.until > now;
}

/** A partner holds one order at most. */
function letGo({ orders }: State, partner: number): void {
  for (const order of Object.values(orders)) {
    if (order.lock?.partner === partner) order.lock = null;
  }
}

/** What tells a partner that an order is not to be had. */
function lostTo(order: OrderState): string {
  const had = isOnTheWay(order) || order.status === 'delivered' || order.status === 'failed';
  return had ? '409 ORDER_ALREADY_ASSIGNED' : '409 INVALID_TRANSITION';
}

function isOnTheWay({ status }: OrderState): boolean {
  return ON_THE_WAY.includes(status);
}

function yes(success: number, order?: OrderState, apply?: () => void): Verdict {
  return { refusals: [], success, ...(order && { order }), ...(apply && { apply }) };
}

function no(...refusals: string[]): Verdict {
  return { refusals, success: 0 };
}
