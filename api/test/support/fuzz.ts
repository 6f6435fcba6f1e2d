import { randomFrom } from './random';

/** Names that are messages, that every object has, that Socket.IO keeps to itself, and that are nothing. */
const NAMES = ['joinOrder', 'leaveOrder', 'joinAdminRoom', 'leaveAdminRoom', 'partnerLocation', 'authenticate'];
const STRANGE_NAMES = [
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'error',
  'exception',
  'orderUpdated',
  'message',
  '',
  ' joinOrder',
  'joinOrder\u0000',
  '🛵',
  'x'.repeat(2000),
];
const TEXTS = [
  '',
  '0',
  '$where',
  '{"$gt":""}',
  '\u0000',
  '\ud800',
  '🛵'.repeat(500),
  'x'.repeat(20_000),
  '../../etc',
  '-1',
  'NaN',
];

export interface Message {
  name: string;
  payload: unknown[];
  acknowledged: boolean;
}

/** What a stranger might send: the same for the same seed. `ids` are orders that there are. */
export class Fuzz {
  private readonly random: () => number;

  constructor(
    seed: number,
    private readonly ids: readonly string[],
  ) {
    this.random = randomFrom(seed);
  }

  message(): Message {
    const name = this.chance(0.75) ? this.pick(NAMES) : this.pick(STRANGE_NAMES);
    const payload = this.chance(0.9)
      ? [this.payload(name)]
      : Array.from({ length: this.below(4) }, () => this.value(0));
    return { name, payload, acknowledged: this.chance(0.9) };
  }

  /** A frame as Engine.IO and Socket.IO write it, or nearly so. */
  frame(): string {
    const body = JSON.stringify([this.pick([...NAMES, ...STRANGE_NAMES]), this.value(0)]);
    return this.pick([
      `42${body}`,
      `42${this.below(1e9)}${body}`,
      `42/admin,${body}`,
      `40/nowhere,{}`,
      `40{"token":${body}}`,
      `41`,
      `43${this.below(100)}[]`,
      `44{"message":"x"}`,
      `451-["joinOrder",{"_placeholder":true,"num":0}]`,
      `45999999999-["joinOrder",{"_placeholder":true,"num":99}]`,
      `42["connect_error",{}]`,
      `42["disconnect"]`,
      `42[null]`,
      `42[{}]`,
      `42[1e999,${body}]`,
      `42${'['.repeat(5000)}`,
      `42{"0":"joinOrder"}`,
      `4`,
      `49`,
      `2probe`,
      `3`,
      `6`,
      `9`,
      ``,
      `b${Buffer.from(body).toString('base64')}`,
      body,
      this.pick(TEXTS),
      `42${body}`.slice(0, this.below(body.length)),
    ]);
  }

  below(most: number): number {
    return Math.floor(this.random() * most);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  private payload(name: string): unknown {
    // few, for one ends its connection
    if (this.chance(0.01)) return Buffer.from('binary');
    if (this.chance(0.25)) return this.value(0);
    const id = this.chance(0.8) ? this.pick(this.ids) : this.value(3);
    const fields: Record<string, unknown> = name === 'partnerLocation' ? this.position() : { orderId: id };
    if (this.chance(0.3)) fields['after'] = this.pick([0, 1, 5, -1, 1.5, 1e308, '3', this.value(2)]);
    if (this.chance(0.1))
      fields[this.pick(['token', '$where', '__proto__', 'constructor', 'role', 'a.b'])] = this.value(2);
    return fields;
  }

  private position(): Record<string, unknown> {
    return {
      lat: this.pick<unknown>([12.9, 91, -90, '12', NaN, null]),
      lng: this.pick<unknown>([77.6, 181, Infinity, {}]),
      at: this.pick<unknown>([new Date().toISOString(), '2026-13-01', 'yesterday', 0, '9999-12-31T23:59:59Z']),
    };
  }

  private value(depth: number): unknown {
    const plain = [null, true, 0, -1, 1e308, 2 ** 53, this.pick(TEXTS), this.pick(this.ids)];
    if (depth > 3 || this.chance(0.5)) return this.pick<unknown>(plain);
    if (this.chance(0.04)) return this.deep(this.below(400));
    const inner = Array.from({ length: this.below(4) }, () => this.value(depth + 1));
    if (this.chance(0.5)) return inner;
    return Object.fromEntries(
      inner.map((one) => [this.pick(['orderId', '$gt', '$ne', '__proto__', 'constructor', 'x']), one]),
    );
  }

  private deep(levels: number): unknown {
    let value: unknown = 1;
    for (let level = 0; level < levels; level += 1) value = this.pick<unknown>([[value], { a: value }]);
    return value;
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}
