import { TestBed } from '@angular/core/testing';
import type { SessionSummary } from '@qc/contracts';
import { ProblemError } from '../../core/problem';
import { SecurityApi } from '../../core/security-api';
import { SessionStore } from '../../core/session-store';
import { Toasts } from '../../ui/toasts';
import { DeviceList } from './device-list';

const session = (id: string, device: string, current = false): SessionSummary => ({
  id,
  device,
  current,
  startedAt: '2026-01-01T00:00:00Z',
  lastUsedAt: `2026-01-0${id}T00:00:00Z`,
});

async function open() {
  const items = [session('1', 'Safari on iPhone'), session('2', 'Firefox on Windows'), session('3', 'This one', true)];
  const api = {
    sessions: jest.fn(() => Promise.resolve({ items, nextCursor: null })),
    endSession: jest.fn((_id: string) => Promise.resolve()),
  };
  TestBed.configureTestingModule({
    providers: [
      { provide: SecurityApi, useValue: api },
      { provide: SessionStore, useValue: {} },
    ],
  });
  const fixture = TestBed.createComponent(DeviceList);
  const page = fixture.nativeElement as HTMLElement;
  await fixture.whenStable();
  const rows = (): string[] => [...page.querySelectorAll('li')].map(({ textContent }) => textContent);
  const signOut = async (device: string): Promise<void> => {
    const row = [...page.querySelectorAll('li')].find(({ textContent }) => textContent.includes(device))!;
    row.querySelector('button')!.click();
    await fixture.whenStable();
  };
  return {
    api,
    page,
    rows,
    signOut,
    toasts: () =>
      TestBed.inject(Toasts)
        .all()
        .map(({ text }) => text),
  };
}

describe('DeviceList', () => {
  it('shows this device first, then the last used, and offers no way to end this one by itself', async () => {
    const { rows, page } = await open();
    expect(rows().map((row) => /This one|Firefox|Safari/.exec(row)![0])).toEqual(['This one', 'Firefox', 'Safari']);
    expect(page.querySelector('li')!.querySelector('button')).toBeNull();
  });

  it('ends the one that is pressed, and no other', async () => {
    const { api, rows, signOut } = await open();
    await signOut('Firefox');
    expect(api.endSession.mock.calls).toEqual([['2']]);
    expect(rows().some((row) => row.includes('Firefox'))).toBe(false);
    expect(rows().length).toBe(2);
  });

  it('takes one that is gone already as ended', async () => {
    const { api, rows, signOut } = await open();
    api.endSession.mockRejectedValueOnce(new ProblemError('SESSION_NOT_FOUND'));
    await signOut('Safari');
    expect(rows().length).toBe(2);
  });

  it('keeps one that could not be ended, and says so', async () => {
    const { api, rows, signOut, toasts } = await open();
    api.endSession.mockRejectedValueOnce(new ProblemError('OFFLINE'));
    await signOut('Safari');
    expect(rows().length).toBe(3);
    expect(toasts()).toEqual([expect.stringContaining('No connection')]);
  });
});
