import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { User } from '@qc/contracts';
import { ProblemError } from '../../core/problem';
import { SecurityApi } from '../../core/security-api';
import { SessionStore } from '../../core/session-store';
import { SecondFactor } from './second-factor';

const CODES = ['k7q2m-9xw4p', 'b3n8r-2tz6h'];

function open({ secondFactor = false } = {}) {
  const user = signal<User>({
    id: 'a1',
    email: 'a@b.test',
    role: 'admin',
    profile: { firstName: 'Dev' },
    active: true,
    secondFactor,
  });
  const api = {
    setUpSecondFactor: jest.fn(() =>
      Promise.resolve({ secret: 'JBSWY3DP', uri: 'otpauth://totp/Q:a?secret=JBSWY3DP' }),
    ),
    confirmSecondFactor: jest.fn((_code: string) => Promise.resolve({ codes: CODES })),
    removeSecondFactor: jest.fn(() => Promise.resolve()),
  };
  const renew = jest.fn(() => Promise.resolve('new-token'));
  TestBed.configureTestingModule({
    providers: [
      { provide: SecurityApi, useValue: api },
      { provide: SessionStore, useValue: { user, renew, setUser: (changed: User) => user.set(changed) } },
    ],
  });
  return { api, user, renew };
}

async function show() {
  const fixture = TestBed.createComponent(SecondFactor);
  const page = fixture.nativeElement as HTMLElement;
  await fixture.whenStable();
  const field = (label: string): HTMLInputElement => {
    const named = [...page.querySelectorAll('label')].find(({ textContent }) => textContent.trim() === label);
    return page.querySelector<HTMLInputElement>(`[id="${named?.htmlFor}"]`)!;
  };
  return {
    fixture,
    page,
    type: (label: string, text: string): void => {
      field(label).value = text;
      field(label).dispatchEvent(new Event('input'));
    },
    submit: async (): Promise<void> => {
      page.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }));
      await fixture.whenStable();
    },
    press: async (text: string): Promise<void> => {
      [...page.querySelectorAll('button')].find(({ textContent }) => textContent.includes(text))!.click();
      await fixture.whenStable();
    },
  };
}

async function setUpTo(step: 'scan' | 'codes') {
  const world = open();
  const card = await show();
  await card.press('Set it up');
  card.type('Your password', 'right-password');
  await card.submit();
  if (step === 'codes') {
    card.type('Code', '123 456');
    await card.submit();
  }
  return { ...world, ...card };
}

describe('SecondFactor', () => {
  it('shows the secret as a drawing and as text, once the password was right', async () => {
    const { page } = await setUpTo('scan');
    expect(page.textContent).toContain('JBSWY3DP');
    expect(page.querySelector('svg path')!.getAttribute('d')).toMatch(/^(M\d+ \d+h1v1h-1z)+$/);
  });

  it('stays at the password while it is wrong', async () => {
    const { api } = open();
    api.setUpSecondFactor.mockRejectedValueOnce(new ProblemError('INVALID_CREDENTIALS'));
    const { page, press, type, submit } = await show();
    await press('Set it up');
    type('Your password', 'wrong-password');
    await submit();
    expect(page.querySelector('[role=alert]')!.textContent).toContain('That password is not right.');
    expect(page.querySelector('qc-qr-code')).toBeNull();
  });

  it('is on only after a right code', async () => {
    const { api, user, page, type, submit } = await setUpTo('scan');
    api.confirmSecondFactor.mockRejectedValueOnce(new ProblemError('SECOND_FACTOR_WRONG'));
    type('Code', '000000');
    await submit();
    expect([user().secondFactor, page.textContent?.includes(CODES[0]!)]).toEqual([false, false]);
    type('Code', '123456');
    await submit();
    expect([user().secondFactor, page.textContent?.includes(CODES[0]!)]).toEqual([true, true]);
  });

  it('has a new token before it says that the portal is open: the old one may still be shut out of it', async () => {
    const { renew, user, type, submit } = await setUpTo('scan');
    renew.mockImplementationOnce(() => {
      expect(user().secondFactor).toBe(false);
      return Promise.resolve('new-token');
    });
    type('Code', '123456');
    await submit();
    expect([renew.mock.calls.length, user().secondFactor]).toEqual([1, true]);
  });

  it('shows the recovery codes until they are put away, and then never again', async () => {
    const { page, press } = await setUpTo('codes');
    for (const code of CODES) expect(page.textContent).toContain(code);
    await press('I have kept them');
    expect(page.textContent).not.toContain(CODES[0]);
  });

  it('forgets the recovery codes when the page is left, and writes them nowhere', async () => {
    const { fixture } = await setUpTo('codes');
    fixture.destroy();
    const { page } = await show();
    expect(page.textContent).not.toContain(CODES[0]);
    expect(JSON.stringify([{ ...localStorage }, { ...sessionStorage }])).not.toContain(CODES[0]);
  });

  it('goes off with the password and a code', async () => {
    const { api, user } = open({ secondFactor: true });
    const { press, type, submit } = await show();
    await press('Turn it off');
    type('Your password', 'right-password');
    type('Code', ' k7q2m-9xw4p ');
    await submit();
    expect(api.removeSecondFactor).toHaveBeenCalledWith({ password: 'right-password', code: 'k7q2m-9xw4p' });
    expect(user().secondFactor).toBe(false);
  });
});
