import { TestBed } from '@angular/core/testing';
import type { Session } from '@qc/contracts';
import { AuthApi } from './auth-api';
import { ProblemError } from './problem';
import { SessionStore } from './session-store';

const HINT = 'qc.signedIn';

function session(userId = 'u1', accessToken = 'token-1'): Session {
  const user = {
    id: userId,
    email: 'a@b.test',
    role: 'customer' as const,
    profile: { firstName: 'Asha' },
    active: true,
  };
  return { accessToken, expiresIn: 900, user };
}

/** A promise and the handle to settle it, so that a test decides when an answer arrives. */
function pending<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

function setUp() {
  const api = {
    login: jest.fn(() => Promise.resolve(session())),
    refresh: jest.fn(() => Promise.resolve(session('u1', 'token-2'))),
    logout: jest.fn(() => Promise.resolve()),
    logoutAll: jest.fn(() => Promise.resolve()),
  };
  TestBed.configureTestingModule({ providers: [{ provide: AuthApi, useValue: api }] });
  return { api, store: TestBed.inject(SessionStore) };
}

describe('SessionStore', () => {
  beforeEach(() => localStorage.clear());
  afterEach(() => jest.useRealTimers());

  it('asks the server nothing on a first visit', async () => {
    const { api, store } = setUp();
    await store.restore();
    expect(api.refresh).not.toHaveBeenCalled();
    expect(store.signedIn()).toBe(false);
  });

  it('brings back the session of the last visit', async () => {
    localStorage.setItem(HINT, 'u1');
    const { store } = setUp();
    await store.restore();
    expect([store.token(), store.role()]).toEqual(['token-2', 'customer']);
  });

  it('never writes a token where another script could read it', async () => {
    const { store } = setUp();
    await store.signIn({ email: 'a@b.test', password: 'secret-pass' });
    expect(JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + document.cookie).not.toContain(
      'token-1',
    );
  });

  it('renews once for many who ask at once', async () => {
    const { api, store } = setUp();
    await store.signIn({ email: 'a@b.test', password: 'secret-pass' });
    const answer = pending<Session>();
    api.refresh.mockReturnValueOnce(answer.promise);
    const asked = [store.renew(), store.renew(), store.renew()];
    answer.resolve(session('u1', 'token-9'));
    expect(await Promise.all(asked)).toEqual(['token-9', 'token-9', 'token-9']);
    expect(api.refresh).toHaveBeenCalledTimes(1);
  });

  it('renews before the token runs out', async () => {
    jest.useFakeTimers();
    const { api, store } = setUp();
    await store.signIn({ email: 'a@b.test', password: 'secret-pass' });
    await jest.advanceTimersByTimeAsync(899_000);
    expect(api.refresh).toHaveBeenCalledTimes(1);
    expect(store.token()).toBe('token-2');
  });

  it('keeps the session through a tunnel', async () => {
    const { api, store } = setUp();
    await store.signIn({ email: 'a@b.test', password: 'secret-pass' });
    api.refresh.mockRejectedValueOnce(new ProblemError('OFFLINE'));
    expect(await store.renew()).toBe('token-1');
    expect(store.interruptions()).toBe(0);
  });

  it('brings back the session when the app was opened in a tunnel', async () => {
    localStorage.setItem(HINT, 'u1');
    const { api, store } = setUp();
    api.refresh.mockRejectedValueOnce(new ProblemError('OFFLINE'));
    await store.restore();
    expect(store.signedIn()).toBe(false);
    await store.comeBack();
    expect([store.signedIn(), store.interruptions()]).toEqual([true, 1]);
  });

  it('ends the session on the server’s word, and says that nobody here asked for it', async () => {
    const { api, store } = setUp();
    await store.signIn({ email: 'a@b.test', password: 'secret-pass' });
    api.refresh.mockRejectedValueOnce(new ProblemError('UNAUTHENTICATED'));
    expect(await store.renew()).toBeUndefined();
    expect([store.signedIn(), store.interruptions(), localStorage.getItem(HINT)]).toEqual([false, 1, null]);
  });

  it('does not sign in again with an answer that comes after signing out', async () => {
    const { api, store } = setUp();
    await store.signIn({ email: 'a@b.test', password: 'secret-pass' });
    const answer = pending<Session>();
    api.refresh.mockReturnValueOnce(answer.promise);
    const renewal = store.renew();
    await store.signOut();
    answer.resolve(session());
    expect(await renewal).toBeUndefined();
    expect([store.signedIn(), store.interruptions()]).toEqual([false, 0]);
  });

  it('signs out here even when the server cannot be told', async () => {
    const { api, store } = setUp();
    await store.signIn({ email: 'a@b.test', password: 'secret-pass' });
    api.logout.mockRejectedValueOnce(new ProblemError('OFFLINE'));
    await store.signOut();
    expect(store.signedIn()).toBe(false);
  });

  it('does not take what its own signing out does to the connection for news', async () => {
    const { api, store } = setUp();
    await store.signIn({ email: 'a@b.test', password: 'secret-pass' });
    const told = pending<void>();
    api.logoutAll.mockReturnValueOnce(told.promise);
    const leaving = store.signOut({ everywhere: true });
    api.refresh.mockRejectedValueOnce(new ProblemError('UNAUTHENTICATED'));
    await store.renew();
    told.resolve();
    await leaving;
    expect([store.signedIn(), store.interruptions()]).toEqual([false, 0]);
  });

  it('follows another tab that signs out', async () => {
    const { store } = setUp();
    await store.signIn({ email: 'a@b.test', password: 'secret-pass' });
    dispatchEvent(new StorageEvent('storage', { key: HINT, newValue: null }));
    expect([store.signedIn(), store.interruptions()]).toEqual([false, 1]);
  });

  it('follows another tab that signs in as somebody else', async () => {
    const { api, store } = setUp();
    await store.signIn({ email: 'a@b.test', password: 'secret-pass' });
    api.refresh.mockResolvedValueOnce(session('u2', 'token-of-u2'));
    dispatchEvent(new StorageEvent('storage', { key: HINT, newValue: 'u2' }));
    await store.renew();
    expect([store.user()?.id, store.interruptions()]).toEqual(['u2', 1]);
  });
});
