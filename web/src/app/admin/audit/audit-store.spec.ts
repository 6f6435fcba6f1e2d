import { TestBed } from '@angular/core/testing';
import type { AuditEntry, AuditPage, AuditQuery } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { filterOf } from './audit-filter';
import { AuditStore } from './audit-store';

const page = (ids: string, nextCursor: string | null = null): AuditPage => ({
  items: [...ids].map((id) => ({ id }) as AuditEntry),
  nextCursor,
});

/** An answer that comes when it is told to. */
function later() {
  let give: (page: AuditPage) => void = () => undefined;
  const answer = new Promise<AuditPage>((resolve) => (give = resolve));
  return { answer, give };
}

async function setUp(first: AuditPage, filter = filterOf({})) {
  const api = { audit: jest.fn((_query: AuditQuery) => Promise.resolve(first)) };
  TestBed.configureTestingModule({ providers: [AuditStore, { provide: AdminApi, useValue: api }] });
  const store = TestBed.inject(AuditStore);
  await store.show(filter);
  const ids = (): string =>
    store
      .entries()
      .map(({ id }) => id)
      .join('');
  return { store, api, ids };
}

describe('AuditStore', () => {
  it('reads older entries under the same filter, each once', async () => {
    const { store, api, ids } = await setUp(page('dc', 'older'), filterOf({ action: 'order', role: 'admin' }));
    api.audit.mockResolvedValueOnce(page('cba'));
    await store.more();
    expect([ids(), store.nextCursor()]).toEqual(['dcba', null]);
    expect(api.audit.mock.calls.at(-1)).toEqual([{ action: 'order', role: 'admin', limit: 50, cursor: 'older' }]);
  });

  it('reads one page at a time, and none after the last', async () => {
    const { store, api } = await setUp(page('b', 'older'));
    await Promise.all([store.more(), store.more()]);
    api.audit.mockResolvedValueOnce(page('a'));
    await store.more();
    await store.more();
    expect(api.audit).toHaveBeenCalledTimes(3);
  });

  it('lets no answer to an earlier filter come through', async () => {
    const { store, api, ids } = await setUp(page('b', 'older'));
    const [slowMore, slowFilter] = [later(), later()];
    api.audit.mockReturnValueOnce(slowMore.answer);
    const more = store.more();
    api.audit.mockReturnValueOnce(slowFilter.answer);
    const shown = store.show(filterOf({ action: 'user' }));
    api.audit.mockResolvedValueOnce(page('z'));
    await store.show(filterOf({ action: 'session' }));
    slowMore.give(page('a'));
    slowFilter.give(page('y'));
    await Promise.all([more, shown]);
    expect([ids(), store.loading(), store.loadingMore()]).toEqual(['z', false, false]);
  });

  it('keeps what it shows when older entries cannot be read, and says so', async () => {
    const { store, api, ids } = await setUp(page('b', 'older'));
    api.audit.mockRejectedValueOnce(new Error('no network'));
    await store.more();
    expect([ids(), store.moreError() !== undefined, store.nextCursor()]).toEqual(['b', true, 'older']);
  });

  it('shows nothing of an earlier filter when the new one cannot be read', async () => {
    const { store, api, ids } = await setUp(page('b', 'older'));
    api.audit.mockRejectedValueOnce(new Error('no network'));
    await store.show(filterOf({ action: 'user' }));
    expect([ids(), store.nextCursor(), store.error() !== undefined]).toEqual(['', null, true]);
  });
});
