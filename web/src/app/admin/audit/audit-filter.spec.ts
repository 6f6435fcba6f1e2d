import { auditQuery, filterOf, narrowings } from './audit-filter';

const NONE = { action: '', actorId: '', targetId: '', role: '', from: '', to: '' };

describe('filterOf', () => {
  it('reads what the address says, in the way that codes are written', () => {
    const params = { action: ' Order.Cancelled ', actorId: 'a1', targetId: 'b2', role: 'admin', from: '2026-11-01' };
    expect(filterOf(params)).toEqual({ ...NONE, ...params, action: 'order.cancelled' });
  });

  it.each([
    ['a role that is none', { role: 'root' }],
    ['a day that is none', { from: '2026-13-01' }],
    ['words for a day', { to: 'yesterday' }],
    ['an empty address', {}],
  ])('leaves out %s', (_what, params) => {
    expect(filterOf(params)).toEqual(NONE);
    expect(narrowings(filterOf(params))).toBe(0);
  });
});

describe('auditQuery', () => {
  it('asks for nothing that is not narrowed', () => {
    expect(auditQuery(filterOf({}))).toEqual({});
  });

  it('takes in both days whole, as this device counts them', () => {
    const { from, to } = auditQuery(filterOf({ from: '2026-10-31', to: '2026-10-31' }));
    expect([from, to]).toEqual([new Date(2026, 9, 31).toISOString(), new Date(2026, 10, 1).toISOString()]);
  });
});
