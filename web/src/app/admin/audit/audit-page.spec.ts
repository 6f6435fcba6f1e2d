import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import type { AuditEntry, AuditQuery } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { PartnersStore } from '../partners/partners-store';
import { StaffStore } from '../staff/staff-store';
import { AuditPage } from './audit-page';

const asha = 'a'.repeat(24);
const customer = 'c'.repeat(18) + '123456';
const entries = [
  {
    id: '2',
    at: '2026-11-28T10:00:00Z',
    action: 'order.cancelled',
    by: { id: asha, role: 'admin' },
    target: { kind: 'order', id: 'd'.repeat(24) },
    before: { status: 'ready' },
    after: { status: 'cancelled' },
    reason: 'The shop floods',
    from: { address: '203.0.113.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/153.0 Safari/537.36' },
  },
  { id: '1', at: '2026-11-28T09:00:00Z', action: 'sign-in.failed', by: { id: customer, role: 'customer' } },
] as AuditEntry[];

async function visit(url: string) {
  const nobody = Promise.resolve({ items: [], nextCursor: null });
  const api = {
    audit: jest.fn((_query: AuditQuery) => Promise.resolve({ items: entries, nextCursor: null })),
    staff: () =>
      Promise.resolve({ items: [{ id: asha, firstName: 'Asha', lastName: 'Rao', active: true }], nextCursor: null }),
    invitations: () => nobody,
    partners: () => nobody,
    settings: () => Promise.resolve({ currency: 'INR' }),
  };
  TestBed.configureTestingModule({
    providers: [
      provideRouter([{ path: 'audit', component: AuditPage }], withComponentInputBinding()),
      PartnersStore,
      StaffStore,
      { provide: AdminApi, useValue: api },
    ],
  });
  const harness = await RouterTestingHarness.create();
  await harness.navigateByUrl(url);
  await harness.fixture.whenStable();
  const page = harness.routeNativeElement!;
  const control = (label: string) => {
    const found = [...page.querySelectorAll('label')].find(({ textContent }) => textContent?.includes(label));
    return page.querySelector<HTMLInputElement | HTMLSelectElement>(`#${found!.htmlFor}`)!;
  };
  const put = async (label: string, value: string): Promise<void> => {
    control(label).value = value;
    control(label).dispatchEvent(new Event('change'));
    await harness.fixture.whenStable();
  };
  return { api, page, control, put, url: () => TestBed.inject(Router).url };
}

describe('AuditPage', () => {
  it('asks for what the address says, and shows it in its filters', async () => {
    const { api, control } = await visit(`/audit?action=order.cancelled&actorId=${asha}&role=admin&from=2026-11-01`);
    const { from, ...query } = api.audit.mock.calls.at(-1)![0];
    expect(query).toEqual({ action: 'order.cancelled', actorId: asha, role: 'admin', limit: 50 });
    expect(from).toBe(new Date(2026, 10, 1).toISOString());
    const values = ['Area', 'Action begins with', 'Person', 'Role', 'From'].map((label) => control(label).value);
    expect(values).toEqual(['order', 'order.cancelled', asha, 'admin', '2026-11-01']);
  });

  it('writes each filter into the address beside the others, and takes an empty one out', async () => {
    const { api, put, url } = await visit('/audit?role=admin');
    await put('Area', 'settings');
    expect(url()).toBe('/audit?role=admin&action=settings');
    await put('Role', '');
    expect(url()).toBe('/audit?action=settings');
    expect(api.audit.mock.calls.at(-1)).toEqual([{ action: 'settings', limit: 50 }]);
  });

  it('tells who by name where the team knows it, else by role; what in words and in code; why and from where', async () => {
    const { page } = await visit('/audit');
    const [first, second] = [...page.querySelectorAll('tbody tr')].map(({ textContent }) =>
      textContent.replace(/\s+/g, ' '),
    );
    for (const text of ['Asha Rao', 'Order cancelled', 'order.cancelled', '“The shop floods”', '203.0.113.7'])
      expect(first).toContain(text);
    expect(first).toContain('Status: was ready → is now cancelled');
    expect(first).toContain('Chrome on Linux');
    expect(second).toMatch(/Customer ….?123456/);
  });
});
