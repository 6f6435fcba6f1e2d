import { describe, expect, it } from '@jest/globals';
import { type ActorRole, isActive, isClosed, ORDER_STATUSES, type OrderStatus, type ProblemCode } from '@qc/contracts';
import fc from 'fast-check';
import type { Problem } from '../../platform/http/problem';
import { assertMove, automaticSteps, eventTypeOf, needsReason } from './transitions';

/** `contract.md`, "Order", one line for each row of the table: from, to, who. */
const MOVES: [from: OrderStatus[], to: OrderStatus, who: ActorRole[]][] = [
  [['pending'], 'confirmed', ['admin', 'system']],
  [['confirmed'], 'preparing', ['admin', 'system']],
  [['preparing'], 'ready', ['admin', 'system']],
  [['ready'], 'assigned', ['partner', 'admin', 'system']],
  [['assigned'], 'picked_up', ['partner']],
  [['picked_up'], 'in_transit', ['partner']],
  [['in_transit'], 'delivered', ['partner', 'admin']],
  [['in_transit'], 'failed', ['partner', 'admin']],
  [['picked_up'], 'failed', ['admin']],
  [['assigned'], 'ready', ['partner', 'admin']],
  [['failed'], 'ready', ['admin']],
  [['pending', 'confirmed', 'preparing', 'ready', 'assigned'], 'cancelled', ['customer', 'admin']],
  [['failed'], 'cancelled', ['admin']],
  // a payment that is refused
  [['pending'], 'cancelled', ['system']],
];
const WHO: ActorRole[] = ['customer', 'partner', 'admin', 'system'];
const PAIRS = ORDER_STATUSES.flatMap((from) => ORDER_STATUSES.map((to) => [from, to] as const));

function mayMove(from: OrderStatus, to: OrderStatus): ActorRole[] {
  return MOVES.flatMap(([froms, target, who]) => (target === to && froms.includes(from) ? who : []));
}

function refusal(act: () => void): ProblemCode | undefined {
  try {
    act();
  } catch (error) {
    return (error as Problem).code;
  }
  return undefined;
}

describe('assertMove', () => {
  it.each(PAIRS)('from %s to %s lets in whom the contract names, and tells the others apart', (from, to) => {
    const may = mayMove(from, to);
    for (const role of WHO) {
      const expected = may.includes(role) ? undefined : may.length ? 'FORBIDDEN' : 'INVALID_TRANSITION';
      expect([role, refusal(() => assertMove(from, to, role))]).toEqual([role, expected]);
    }
  });

  it('names from, to and what this role could do instead', () => {
    let thrown: Problem | undefined;
    try {
      assertMove('in_transit', 'ready', 'partner');
    } catch (error) {
      thrown = error as Problem;
    }
    expect(thrown?.toBody('r')).toMatchObject({
      code: 'INVALID_TRANSITION',
      status: 409,
      detail: 'in_transit cannot become ready',
      from: 'in_transit',
      to: 'ready',
      allowed: ['delivered', 'failed'],
    });
  });
});

describe('a move of somebody else', () => {
  it('says who may not do what', () => {
    expect(() => assertMove('ready', 'assigned', 'customer')).toThrow('a customer may not move ready to assigned');
  });
});

describe('an order', () => {
  it.each(ORDER_STATUSES)('that is %s is closed when nothing moves it any more', (from) => {
    expect(isClosed(from)).toBe(ORDER_STATUSES.every((to) => !mayMove(from, to).length));
  });

  it('counts against its partner from the assignment to the door', () => {
    expect(ORDER_STATUSES.filter(isActive)).toEqual(['assigned', 'picked_up', 'in_transit']);
  });
});

describe('a random walk', () => {
  const attempt = fc.tuple(fc.constantFrom(...ORDER_STATUSES), fc.constantFrom(...WHO));

  it('of 10 000 steps never leaves the table, whoever tries what', () => {
    fc.assert(
      fc.property(fc.array(attempt, { minLength: 100, maxLength: 100 }), (attempts) => {
        let at: OrderStatus = 'pending';
        for (const [to, role] of attempts) {
          if (refusal(() => assertMove(at, to, role))) continue;
          expect([at, to, role, mayMove(at, to).includes(role)]).toEqual([at, to, role, true]);
          at = to;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('that takes only steps of the table is never stopped, and ends where nothing leads on', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (choices) => {
        let at: OrderStatus = 'pending';
        // at most that many: assigned and given back may take turns for ever
        for (const choice of choices.take(100)) {
          const open = ORDER_STATUSES.flatMap((to) => mayMove(at, to).map((role) => [to, role] as const));
          if (!open.length) break;
          const [to, role] = open[choice % open.length]!;
          expect(refusal(() => assertMove(at, to, role))).toBeUndefined();
          at = to;
        }
        const goesOn = ORDER_STATUSES.some((to) => WHO.some((role) => !refusal(() => assertMove(at, to, role))));
        expect(goesOn).toBe(!['delivered', 'cancelled'].includes(at));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('needsReason', () => {
  /** Where the contract's table says "with a reason". */
  const WITH_A_REASON: [from: OrderStatus, to: OrderStatus, who: ActorRole][] = [
    ['in_transit', 'failed', 'partner'],
    ['assigned', 'ready', 'partner'],
    ['assigned', 'ready', 'admin'],
    ['picked_up', 'failed', 'admin'],
    ['in_transit', 'failed', 'admin'],
    ['in_transit', 'delivered', 'admin'],
    ['pending', 'cancelled', 'admin'],
    ['confirmed', 'cancelled', 'admin'],
    ['preparing', 'cancelled', 'admin'],
    ['ready', 'cancelled', 'admin'],
    ['assigned', 'cancelled', 'admin'],
    ['failed', 'cancelled', 'admin'],
  ];
  const asks = (from: OrderStatus, to: OrderStatus, role: ActorRole): boolean =>
    WITH_A_REASON.some(([a, b, who]) => a === from && b === to && who === role);

  it.each(PAIRS.flatMap(([from, to]) => mayMove(from, to).map((role) => [from, to, role] as const)))(
    'from %s to %s by the %s is as the table says',
    (from, to, role) => {
      expect(needsReason(from, to, role)).toBe(asks(from, to, role));
    },
  );

  it('asks an admin for none where an assigned order goes on', () => {
    expect(needsReason('assigned', 'picked_up', 'admin')).toBe(false);
  });
});

describe('eventTypeOf', () => {
  it.each(PAIRS.filter(([from, to]) => mayMove(from, to).length))('calls the move from %s to %s', (from, to) => {
    const named = eventTypeOf(from, to);
    expect(named).toBe(from === 'assigned' && to === 'ready' ? 'released' : to);
  });

  it('calls the first of all placed', () => {
    expect(eventTypeOf('pending', 'pending')).toBe('placed');
  });
});

describe('automaticSteps', () => {
  it.each([
    [{ autoConfirm: false, autoReady: false }, []],
    [{ autoConfirm: true, autoReady: false }, ['confirmed']],
    [{ autoConfirm: true, autoReady: true }, ['confirmed', 'preparing', 'ready']],
    [{ autoConfirm: false, autoReady: true }, ['confirmed', 'preparing', 'ready']],
  ])('of a store with %j are %j', (store, steps) => {
    expect(automaticSteps('pending', store)).toEqual(steps);
  });

  it('are each a move that the product may make by itself', () => {
    let from: OrderStatus = 'pending';
    for (const to of automaticSteps('pending', { autoConfirm: true, autoReady: true })) {
      assertMove(from, to, 'system');
      from = to;
    }
    expect(from).toBe('ready');
  });

  it.each(ORDER_STATUSES.filter((status) => status !== 'pending'))('start at pending alone, not at %s', (from) => {
    expect(automaticSteps(from, { autoConfirm: true, autoReady: true })).toEqual([]);
  });
});
