import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import type { User } from '@qc/contracts';
import { AuthApi } from '../../core/auth-api';
import { ProblemError } from '../../core/problem';
import { SecurityApi } from '../../core/security-api';
import { SessionStore } from '../../core/session-store';
import { linkRoutes } from './links.routes';

const asha: User = { id: 'u1', email: 'a@b.test', role: 'customer', profile: { firstName: 'Asha' }, active: true };

async function open(address: string, { user, refusal }: { user?: User; refusal?: Error } = {}) {
  const api = { verifyEmail: jest.fn(() => (refusal ? Promise.reject(refusal) : Promise.resolve())) };
  const session = { user: signal(user), signedIn: signal(!!user), setUser: jest.fn() };
  TestBed.configureTestingModule({
    providers: [
      provideRouter(linkRoutes),
      { provide: SecurityApi, useValue: api },
      { provide: AuthApi, useValue: { me: () => Promise.resolve({ ...asha, emailVerifiedAt: 'now' }) } },
      { provide: SessionStore, useValue: session },
    ],
  });
  const { fixture } = await RouterTestingHarness.create(address);
  await fixture.whenStable();
  const page = fixture.nativeElement as HTMLElement;
  const press = async (text: string): Promise<void> => {
    [...page.querySelectorAll('button')].find(({ textContent }) => textContent.includes(text))!.click();
    await fixture.whenStable();
  };
  return { api, session, page, press, title: () => page.querySelector('h1')!.textContent };
}

describe('VerifyEmail', () => {
  it('confirms once, by itself, with the token of the link', async () => {
    const { api, title } = await open('/verify-email#t0k3n');
    expect(title()).toBe('Your e-mail is confirmed');
    expect(api.verifyEmail.mock.calls).toEqual([['t0k3n']]);
  });

  it('lets the rest of the page know, for who is signed in', async () => {
    const { session } = await open('/verify-email#t0k3n', { user: asha });
    expect(session.setUser).toHaveBeenCalledWith(expect.objectContaining({ emailVerifiedAt: 'now' }));
  });

  it('asks the server for nothing when the link lost its token', async () => {
    const { api, title } = await open('/verify-email');
    expect([title(), api.verifyEmail.mock.calls.length]).toEqual(['This link is no longer good', 0]);
  });

  it('offers a new link only to who is signed in', async () => {
    const refusal = new ProblemError('LINK_INVALID');
    const { page } = await open('/verify-email#old', { refusal, user: asha });
    expect(page.textContent).toContain('Send the link again');
    TestBed.resetTestingModule();
    const stranger = await open('/verify-email#old', { refusal });
    expect(stranger.page.textContent).not.toContain('Send the link again');
  });

  it('does not alarm who presses the link twice', async () => {
    const user = { ...asha, emailVerifiedAt: '2026-01-01T00:00:00Z' };
    const { title } = await open('/verify-email#used', { user, refusal: new ProblemError('LINK_INVALID') });
    expect(title()).toBe('Your e-mail is confirmed');
  });

  it('tries again with the same token when the network failed', async () => {
    const { api, title, press } = await open('/verify-email#t0k3n', { refusal: new ProblemError('OFFLINE') });
    expect(title()).toBe('That did not work');
    api.verifyEmail.mockResolvedValueOnce(undefined);
    await press('Try again');
    expect([title(), api.verifyEmail.mock.calls]).toEqual(['Your e-mail is confirmed', [['t0k3n'], ['t0k3n']]]);
  });
});
