import { IntentKey } from './intent-key';
import { newId } from './new-id';
import { ProblemError } from './problem';

describe('IntentKey', () => {
  it('is the same for a second tap and for a try after a lost answer', () => {
    const key = new IntentKey();
    const first = key.for({ tip: 0 });
    key.failed(new ProblemError('OFFLINE'));
    expect(key.for({ tip: 0 })).toBe(first);
    key.failed(new ProblemError('INTERNAL'));
    expect(key.for({ tip: 0 })).toBe(first);
  });

  it('is another one for another request', () => {
    const key = new IntentKey();
    expect(key.for({ tip: 0 })).not.toBe(key.for({ tip: 1000 }));
  });

  it('is another one after a refusal, which the server would only repeat', () => {
    const key = new IntentKey();
    const first = key.for({ tip: 0 });
    key.failed(new ProblemError('OUT_OF_STOCK'));
    expect(key.for({ tip: 0 })).not.toBe(first);
  });
});

describe('newId', () => {
  it('is a UUID of version 4, each time another', () => {
    const ids = Array.from({ length: 50 }, newId);
    expect(new Set(ids).size).toBe(50);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
