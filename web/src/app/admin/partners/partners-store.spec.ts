import { TestBed } from '@angular/core/testing';
import type { PartnerSummary, PartnerSummaryPage, User } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { PartnersStore } from './partners-store';

function partner(id: string, more: Partial<PartnerSummary> = {}): PartnerSummary {
  return { id, active: true, available: true, activeDeliveries: 0, ...more } as PartnerSummary;
}
const at = (second: number) => ({ lat: second, lng: 0, at: new Date(second * 1000).toISOString() });

async function setUp(...pages: PartnerSummary[][]) {
  const page = (cursor?: string): Promise<PartnerSummaryPage> => {
    const index = Number(cursor ?? 0);
    return Promise.resolve({ items: pages[index]!, nextCursor: pages[index + 1] ? `${index + 1}` : null });
  };
  const api = {
    partners: jest.fn(page),
    approve: jest.fn((id: string, approved: boolean) => Promise.resolve({ id, awaitsApproval: !approved } as User)),
    setActive: jest.fn((id: string, active: boolean) => Promise.resolve({ id, active } as User)),
  };
  TestBed.configureTestingModule({ providers: [PartnersStore, { provide: AdminApi, useValue: api }] });
  const store = TestBed.inject(PartnersStore);
  await store.load();
  return { store, api, ids: () => store.partners().map(({ id }) => id) };
}

describe('PartnersStore', () => {
  it('moves a partner on, and never back to a position that was overtaken', async () => {
    const { store } = await setUp([partner('a', { location: at(10) })]);
    store.move({ partnerId: 'a', ...at(30) });
    store.move({ partnerId: 'a', ...at(20) });
    await store.load();
    expect(store.partners()[0]!.location!.lat).toBe(30);
  });

  it('refreshes as far down as it was read', async () => {
    const { store, ids } = await setUp([partner('a')], [partner('b')], [partner('c')]);
    await store.more();
    await store.load();
    expect([ids(), store.nextCursor()]).toEqual([['a', 'b'], '2']);
  });

  it('shows who was deactivated as gone at once', async () => {
    const { store } = await setUp([partner('a'), partner('b', { activeDeliveries: 1 })]);
    expect([store.online(), store.delivering()]).toEqual([2, 1]);
    await store.setActive('a', false);
    expect([store.partners()[0]!.active, store.partners()[0]!.available, store.online()]).toEqual([false, false, 1]);
  });

  it('counts who waits for approval, and no more once approved', async () => {
    const waiting = { awaitsApproval: true };
    const partners = [partner('a', waiting), partner('b', { ...waiting, active: false }), partner('c')];
    const { store, api } = await setUp(partners);
    expect(store.waiting()).toBe(1);
    let answer: (page: PartnerSummaryPage) => void = () => undefined;
    api.partners.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const reading = store.load();
    await store.approve('a', true);
    answer({ items: partners, nextCursor: null }); // as it was before the approval
    await reading;
    expect(store.waiting()).toBe(0);
    await store.approve('c', false);
    expect([store.waiting(), store.partners()[2]!.awaitsApproval]).toEqual([1, true]);
  });

  it('keeps who is shown when a refresh fails, and says so', async () => {
    const { store, api, ids } = await setUp([partner('a')]);
    api.partners.mockRejectedValueOnce(new Error('no network'));
    await store.load();
    expect([ids(), store.error() !== undefined]).toEqual([['a'], true]);
  });
});
