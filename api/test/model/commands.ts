import fc from 'fast-check';
import {
  type Act,
  type Actor,
  follow,
  isKept,
  type Line,
  LOCK_TTL,
  type Method,
  nameOf,
  type Request,
  type State,
  type Status,
  type Told,
} from './state';
import { PEOPLE, STOCK, type World } from './world';

/** What is known of the shop: every state that the answers so far allow. More than one after requests that crossed. */
export interface Model {
  candidates: State[];
  serial: number;
  /** Those with a key, to be sent again. */
  keyed: Request[];
  /** How often each act came to each outcome. */
  readonly tally: Map<string, number>;
}

export type Command = fc.AsyncCommand<Model, World>;

const ADMIN: Actor = { role: 'admin', index: 0 };
const customer = (index: number): Actor => ({ role: 'customer', index });
const partner = (index: number): Actor => ({ role: 'partner', index });

/** What is to be asked, before it is known of which order: `pick` names one of the latest. */
type Wish =
  | { kind: 'place'; who: number; lines: readonly Line[]; tip: number; method: Method }
  | { kind: 'quote'; who: number; lines: readonly Line[] }
  | { kind: 'work'; who: number; available: boolean }
  | { kind: 'onward' | 'lock' | 'unlock' | 'accept' | 'assign' | 'release'; who: number; pick: number; note: boolean }
  | { kind: 'unassign'; pick: number; note: boolean }
  | { kind: 'cancel' | 'reorder' | 'read'; pick: number; as: As; who: number }
  | { kind: 'rate'; pick: number; as: As; who: number; score: number }
  | { kind: 'move'; pick: number; as: As; who: number; to: Status; note: boolean; code?: 'right' | 'wrong' };
type As = 'owner' | 'courier' | 'admin' | 'other customer' | 'other partner';

interface Terms {
  keyed: boolean;
  condition: 'none' | 'current' | 'stale';
}

/** How far back a pick goes. */
const LATEST = 5;
const NOTE = 'because';

/** One request. */
class Ask implements Command {
  constructor(
    private readonly wish: Wish,
    private readonly terms: Terms,
  ) {}

  check(model: Readonly<Model>): boolean {
    return actOf(this.wish, model.candidates[0]!) !== null;
  }

  run(model: Model, world: World): Promise<void> {
    return perform(model, world, [requestOf(model, this.wish, this.terms)!]);
  }

  toString(): string {
    return show(this.wish, this.terms);
  }
}

/** Several requests at the same moment, of one order or of several; or one request several times, as by a nervous finger. */
class Together implements Command {
  constructor(
    private readonly wishes: readonly (readonly [Wish, Terms])[],
    private readonly presses: number,
    private readonly pick?: number,
  ) {}

  check(model: Readonly<Model>): boolean {
    return this.requests({ ...model }).length > 1;
  }

  run(model: Model, world: World): Promise<void> {
    return perform(model, world, this.requests(model));
  }

  toString(): string {
    const wishes = this.wishes.map(([wish, terms]) => show(wish, terms));
    const whose = this.pick === undefined ? '' : ` of one order, ${this.pick}`;
    return this.presses > 1 ? `${this.presses} × ${wishes[0]}` : `[${wishes.join(' | ')}]${whose}`;
  }

  private requests(model: Model): Request[] {
    // all of them of one order that is still open, or each of its own
    const target = this.pick === undefined ? undefined : pickOf(model.candidates[0]!, this.pick, OPEN);
    if (this.presses > 1) {
      const [wish, terms] = this.wishes[0]!;
      const request = requestOf(model, calm(wish), { ...terms, keyed: true });
      if (!request) return [];
      // without a key each press is a request of its own
      return Array.from({ length: this.presses }, () => (request.key ? request : { ...request, serial: next(model) }));
    }
    return this.wishes.flatMap(([wish, terms]) => requestOf(model, calm(wish), terms, target) ?? []);
  }
}

/** A refused payment takes stock and puts it back: two steps, between which others are short of it. */
function calm(wish: Wish): Wish {
  return wish.kind === 'place' && wish.method === 'card that is refused' ? { ...wish, method: 'card' } : wish;
}

/** An earlier request, word for word; or its key with something else. */
class Again implements Command {
  constructor(
    private readonly pick: number,
    private readonly other: boolean,
  ) {}

  check(model: Readonly<Model>): boolean {
    return this.request(model) !== undefined;
  }

  run(model: Model, world: World): Promise<void> {
    return perform(model, world, [this.request(model)!]);
  }

  toString(): string {
    return `again(${this.pick}${this.other ? ', with another body' : ''})`;
  }

  private request({ keyed, candidates }: Readonly<Model>): Request | undefined {
    const earlier = keyed.filter((request) => isKept(candidates[0]!, request));
    if (!this.other) return earlier[this.pick % earlier.length];
    const changed = earlier.flatMap((request) => {
      const act = otherwise(request.act);
      return act ? [{ ...request, act }] : [];
    });
    return changed[this.pick % changed.length];
  }
}

class Wait implements Command {
  constructor(private readonly by: number) {}
  check = () => true;
  run(model: Model, world: World): Promise<void> {
    world.advance(this.by);
    for (const state of model.candidates) state.now += this.by;
    return Promise.resolve();
  }
  toString = () => `wait(${this.by} ms)`;
}

/** A connection breaks, or is made again. */
class Connection implements Command {
  constructor(
    private readonly who: Actor,
    private readonly up: boolean,
  ) {}
  check = () => true;
  async run(_: Model, world: World): Promise<void> {
    if (this.up) await world.comeBack(this.who);
    else world.cut(this.who);
  }
  toString = () => `${nameOf(this.who)} ${this.up ? 'comes back' : 'is cut off'}`;
}

/** Somebody opens the page of an order. */
class Look implements Command {
  constructor(
    private readonly pick: number,
    private readonly as: As,
    private readonly who: number,
  ) {}

  check(model: Readonly<Model>): boolean {
    return this.act(model) !== null;
  }

  async run(model: Model, world: World): Promise<void> {
    const act = this.act(model)!;
    const joined = await world.look(act.by, act.order);
    if (joined === undefined) return;
    const told: Told = joined
      ? { outcome: '200', replayed: false }
      : { outcome: '404 ORDER_NOT_FOUND', replayed: false };
    const allowed = model.candidates.some((state) => {
      const { status, version } = state.orders[act.order]!;
      return !follow(state, { serial: 0, act }, { ...told, order: { status, version } });
    });
    if (!allowed) throw new Error(`${nameOf(act.by)} joins the room of order ${act.order}: ${told.outcome}`);
  }

  toString = () => `look(${this.as}, ${this.pick})`;

  private act(model: Readonly<Model>) {
    const wish: Wish = { kind: 'read', pick: this.pick, as: this.as, who: this.who };
    return actOf(wish, model.candidates[0]!) as Extract<Act, { kind: 'read' }> | null;
  }
}

/** Sends all at once, and keeps the states that the answers leave possible, in whatever order they took effect. */
async function perform(model: Model, world: World, requests: readonly Request[]): Promise<void> {
  const told = await Promise.all(requests.map((request) => world.send(request)));
  for (const [index, request] of requests.entries()) {
    if (request.key && !model.keyed.includes(request)) model.keyed.push(request);
    const outcome = `${request.act.kind} ${told[index]!.outcome}${told[index]!.replayed ? ' again' : ''}`;
    model.tally.set(outcome, (model.tally.get(outcome) ?? 0) + 1);
  }
  const wanted = new Set<string>();
  const possible = model.candidates.flatMap((state) => statesAfter(state, requests, told, wanted));
  if (!possible.length) {
    const came = requests.map(({ act, ifMatch, key }, index) => {
      const terms = `${ifMatch === undefined ? '' : ` if-match ${ifMatch}`}${key ? ` key ${key.slice(-4)}` : ''}`;
      return `${show(act)}${terms} → ${JSON.stringify(told[index])}`;
    });
    throw new Error(`no order of events explains\n  ${came.join('\n  ')}\nallowed:\n  ${[...wanted].join('\n  ')}`);
  }
  model.candidates = [...new Map(possible.map((state) => [JSON.stringify(state), state])).values()];
}

/** Where any order of these requests leads that explains their answers. `wanted` collects what would have been allowed. */
function statesAfter(state: State, requests: readonly Request[], told: readonly Told[], wanted: Set<string>): State[] {
  if (!requests.length) return [state];
  return requests.flatMap((first, index) => {
    const next = structuredClone(state);
    const allowed = follow(next, first, told[index]!);
    if (allowed === null) return statesAfter(next, requests.toSpliced(index, 1), told.toSpliced(index, 1), wanted);
    wanted.add(`${show(first.act)} → ${allowed}`);
    return [];
  });
}

function requestOf(model: Model, wish: Wish, { keyed, condition }: Terms, target?: number): Request | null {
  const state = model.candidates[0]!;
  const act = actOf(wish, state, target);
  if (!act) return null;
  const serial = next(model);
  const conditional =
    condition !== 'none' && 'order' in act && !['reorder', 'read', 'lock', 'unlock'].includes(act.kind);
  const version = conditional ? state.orders[act.order]!.version - (condition === 'stale' ? 1 : 0) : undefined;
  return {
    serial,
    act,
    ...(keyed && takesKey(act) && { key: `00000000-0000-4000-8000-${String(serial).padStart(12, '0')}` }),
    ...(version !== undefined && { ifMatch: version }),
  };
}

function next(model: Model): number {
  model.serial += 1;
  return model.serial;
}

/** Every POST, and whatever a partner sends. */
function takesKey({ kind, by }: Act): boolean {
  if (['place', 'reorder', 'cancel', 'rate', 'accept', 'lock', 'release'].includes(kind)) return true;
  return kind === 'move' && by.role === 'partner';
}

/** null: there is no order yet. */
function actOf(wish: Wish, state: State, target?: number): Act | null {
  switch (wish.kind) {
    case 'place': {
      const { kind, who, lines, tip, method } = wish;
      return { kind, by: customer(who), lines, tip, method };
    }
    case 'quote':
      return { kind: wish.kind, by: customer(wish.who), lines: wish.lines };
    case 'work':
      return { kind: wish.kind, by: partner(wish.who), available: wish.available };
    default: {
      const order = target ?? pickOf(state, wish.pick, APT[wish.kind === 'move' ? wish.to : wish.kind]);
      return order === undefined ? null : actOnOrder(wish, order, state);
    }
  }
}

function actOnOrder(wish: Exclude<Wish, { kind: 'place' | 'quote' | 'work' }>, order: number, state: State): Act {
  const note = 'note' in wish && wish.note ? { note: NOTE } : {};
  switch (wish.kind) {
    case 'onward':
      return onward(state, order, wish.who);
    case 'lock':
    case 'unlock':
      return { kind: wish.kind, by: partner(wish.who), order };
    case 'accept':
      return { kind: wish.kind, by: partner(wish.who), order, at: wish.note ? 'orders' : 'delivery' };
    case 'release':
      return { kind: wish.kind, by: courierOf(state, order, wish.who), order, ...note };
    case 'assign':
      return { kind: wish.kind, by: ADMIN, order, partner: wish.who };
    case 'unassign':
      return { kind: wish.kind, by: ADMIN, order, ...note };
    case 'rate':
      return { kind: wish.kind, by: ownerOr(wish.as, state, order), order, score: wish.score };
    case 'cancel':
    case 'reorder':
      return { kind: wish.kind, by: ownerOr(wish.as, state, order), order };
    case 'read':
      return { kind: wish.kind, by: actorOf(wish.as, wish.who, state, order), order };
    case 'move': {
      const { to, as, who, code } = wish;
      return { kind: 'move', by: actorOf(as, who, state, order), order, to, ...note, ...(code && { code }) };
    }
  }
}

/** The next step of an order on its way to the door, and beyond. */
function onward(state: State, order: number, who: number): Act {
  const { status, customer: owner } = state.orders[order]!;
  const courier = courierOf(state, order, who);
  const move = (by: Actor, to: Status, code?: 'right'): Act => ({ kind: 'move', by, order, to, ...(code && { code }) });
  switch (status) {
    case 'pending':
      return move(ADMIN, 'confirmed');
    case 'confirmed':
      return move(ADMIN, 'preparing');
    case 'preparing':
      return move(ADMIN, 'ready');
    case 'ready':
      return { kind: 'accept', by: partner(who), order, at: 'orders' };
    case 'assigned':
      return move(courier, 'picked_up');
    case 'picked_up':
      return move(courier, 'in_transit');
    case 'in_transit':
      return move(courier, 'delivered', 'right');
    case 'delivered':
      return { kind: 'rate', by: customer(owner), order, score: 5 };
    case 'failed':
      return move(ADMIN, 'ready');
    case 'cancelled':
      return { kind: 'reorder', by: customer(owner), order };
  }
}

/** One of the latest orders; three times of four of those that the wish can be meant for, if there are any. */
function pickOf({ orders }: State, pick: number, apt?: readonly Status[]): number | undefined {
  const latest = Object.keys(orders)
    .map(Number)
    .sort((a, b) => b - a);
  const fitting = latest.filter((serial) => apt?.includes(orders[serial]!.status));
  const choice = fitting.length && pick % 4 !== 3 ? fitting : latest.slice(0, LATEST);
  return choice[pick % choice.length];
}

const WAITING = ['ready'] as const;
const BEFORE_PICK_UP = ['pending', 'confirmed', 'preparing', 'ready', 'assigned'] as const;
const OPEN = [...BEFORE_PICK_UP, 'picked_up', 'in_transit'] as const;
/** Where an order stands that somebody may want this of. */
const APT: Record<string, readonly Status[]> = {
  onward: OPEN,
  lock: WAITING,
  unlock: WAITING,
  accept: WAITING,
  assign: WAITING,
  read: WAITING,
  release: ['assigned'],
  unassign: ['assigned'],
  ready: ['assigned', 'failed', 'preparing'],
  picked_up: ['assigned'],
  in_transit: ['picked_up'],
  delivered: ['in_transit'],
  failed: ['in_transit', 'picked_up'],
  rate: ['delivered'],
  cancel: BEFORE_PICK_UP,
  cancelled: [...BEFORE_PICK_UP, 'failed'],
};

function courierOf(state: State, order: number, who: number): Actor {
  return partner(state.orders[order]!.partner ?? who);
}

function ownerOr(as: As, state: State, order: number): Actor {
  return customer((state.orders[order]!.customer + (as === 'other customer' ? 1 : 0)) % PEOPLE);
}

function actorOf(as: As, who: number, state: State, order: number): Actor {
  if (as === 'admin') return ADMIN;
  if (as === 'courier') return courierOf(state, order, who);
  if (as === 'other partner') return partner(who);
  return ownerOr(as, state, order);
}

/** Something else under the same key. null: there is nothing in it to change. */
function otherwise(act: Act): Act | null {
  switch (act.kind) {
    case 'place':
      return { ...act, tip: act.tip + 1 };
    case 'rate':
      return { ...act, score: act.score === 1 ? 2 : 1 };
    case 'cancel':
    case 'release':
    case 'move':
      return { ...act, note: 'for another reason' };
    default:
      return null;
  }
}

function show({ kind, ...fields }: { kind: string }, terms?: Terms): string {
  const headers = terms && `${terms.keyed ? ', key' : ''}${terms.condition === 'none' ? '' : `, ${terms.condition}`}`;
  return `${kind}(${JSON.stringify(fields)}${headers ?? ''})`;
}

const person = fc.nat(PEOPLE - 1);
const pick = fc.nat(11);
/** Now and then, not as often as not. */
const seldom = fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
const mostly = seldom.map((value) => !value);
const lines = fc.array(fc.tuple(fc.nat(STOCK.length - 1), fc.integer({ min: 1, max: 2 })), {
  minLength: 1,
  maxLength: 2,
});
const tip = fc.constantFrom(0, 0, 150);
const method = fc.constantFrom<Method>('cash', 'cash', 'card', 'card that is answered twice', 'card that is refused');
const someone = fc.constantFrom<As>(
  'owner',
  'courier',
  'courier',
  'courier',
  'admin',
  'other customer',
  'other partner',
);
const buyer = fc.constantFrom<As>('owner', 'owner', 'owner', 'other customer');
const status = fc.constantFrom<Status>(
  'confirmed',
  'preparing',
  'ready',
  'assigned',
  'picked_up',
  'in_transit',
  'delivered',
  'delivered',
  'cancelled',
  'failed',
  'failed',
);
const code = fc.constantFrom<'right' | 'wrong' | undefined>('right', 'wrong', undefined);
const of = <K extends string>(...kinds: K[]) => fc.constantFrom(...kinds);

const wish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: of('place'), who: person, lines, tip, method }) },
  { weight: 1, arbitrary: fc.record({ kind: of('quote'), who: person, lines }) },
  { weight: 16, arbitrary: fc.record({ kind: of('onward'), who: person, pick, note: mostly }) },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: of('lock', 'lock', 'unlock', 'accept', 'assign', 'release'),
      who: person,
      pick,
      note: mostly,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: of('unassign'), pick, note: mostly }) },
  { weight: 2, arbitrary: fc.record({ kind: of('cancel', 'cancel', 'reorder'), pick, as: buyer, who: person }) },
  { weight: 1, arbitrary: fc.record({ kind: of('read'), pick, as: someone, who: person }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: of('rate'), pick, as: buyer, who: person, score: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 5,
    arbitrary: fc
      .record({ kind: of('move'), pick, as: someone, who: person, to: status, note: mostly, code })
      .map(({ code: shown, ...rest }) => ({ ...rest, ...(shown && { code: shown }) })),
  },
  { weight: 2, arbitrary: fc.record({ kind: of('work'), who: person, available: mostly }) },
);
/** At the door, with a code or without. */
const atTheDoor: fc.Arbitrary<Wish> = fc
  .record({
    kind: of('move'),
    pick,
    as: of<As>('courier'),
    who: person,
    to: of<Status>('delivered'),
    note: seldom,
    code,
  })
  .map(({ code: shown, ...rest }) => ({ ...rest, ...(shown && { code: shown }) }));
/** What partners do who want the same order. */
const contest: fc.Arbitrary<Wish> = fc.record({
  kind: of('lock', 'lock', 'accept', 'unlock'),
  who: person,
  pick: fc.nat(2),
  note: fc.boolean(),
});
const terms: fc.Arbitrary<Terms> = fc.record({
  keyed: fc.boolean(),
  condition: of<Terms['condition']>('none', 'none', 'none', 'none', 'current', 'stale'),
});
const several = (what: fc.Arbitrary<Wish>) => fc.array(fc.tuple(what, terms), { minLength: 2, maxLength: 4 });
const anyone: fc.Arbitrary<Actor> = fc.oneof(person.map(customer), person.map(partner), fc.constant(ADMIN));
const waits = [1000, LOCK_TTL - 1, LOCK_TTL, LOCK_TTL + 1];

/** What may happen in the shop. */
export const anything: fc.Arbitrary<Command>[] = [
  ...Array.from({ length: 10 }, () => fc.tuple(wish, terms).map(([what, how]) => new Ask(what, how))),
  ...Array.from({ length: 4 }, () =>
    fc
      .tuple(several(wish), fc.option(pick, { nil: undefined, freq: 3 }))
      .map(([what, which]) => new Together(what, 1, which)),
  ),
  fc
    .tuple(wish, terms, fc.integer({ min: 2, max: 4 }))
    .map(([what, how, presses]) => new Together([[what, how]], presses)),
  fc.tuple(several(contest), fc.nat(2)).map(([what, which]) => new Together(what, 1, which)),
  fc.tuple(contest, terms).map(([what, how]) => new Ask(what, how)),
  fc.tuple(atTheDoor, terms).map(([what, how]) => new Ask(what, how)),
  fc.tuple(fc.nat(50), seldom).map(([which, other]) => new Again(which, other)),
  fc.constantFrom(...waits).map((by) => new Wait(by)),
  fc.tuple(anyone, fc.boolean()).map(([who, up]) => new Connection(who, up)),
  fc.tuple(pick, someone, person).map(([which, as, who]) => new Look(which, as, who)),
];
