import { computed, DestroyRef, inject } from '@angular/core';
import { patchState, signalStore, withComputed, withHooks, withMethods, withState } from '@ngrx/signals';
import type { Login, Register, Session, User } from '@qc/contracts';
import { AuthApi } from './auth-api';
import { hasCode } from './problem';

interface SessionState {
  /** In memory only: a script that gets in later finds nothing to steal. */
  token: string | undefined;
  user: User | undefined;
  /** How often the session was ended or changed by somebody else: the server, or another tab. */
  interruptions: number;
}

/** Whose refresh cookie may be there (an id, no secret): a first visit asks the server nothing, and other tabs follow. */
const HINT = 'qc.signedIn';
/** Of its life, a token is renewed after this part: a connection that lives on it never has to break. */
const RENEW_AFTER = 0.8;

/** Who is signed in. The refresh token lives in an HttpOnly cookie that this code never sees. */
export const SessionStore = signalStore(
  { providedIn: 'root' },
  withState<SessionState>({ token: undefined, user: undefined, interruptions: 0 }),
  withComputed(({ user }) => ({
    role: computed(() => user()?.role),
    signedIn: computed(() => user() !== undefined),
  })),
  withMethods((store, api = inject(AuthApi)) => {
    let renewing: Promise<string | undefined> | undefined;
    let nextRenewal: ReturnType<typeof setTimeout> | undefined;
    let endings = 0;
    const interrupt = (): void => patchState(store, ({ interruptions }) => ({ interruptions: interruptions + 1 }));
    const keep = ({ accessToken, expiresIn, user }: Session): void => {
      const before = store.user()?.id;
      localStorage.setItem(HINT, user.id);
      patchState(store, { token: accessToken, user });
      // the cookie is shared by all tabs: another one may have signed in as somebody else
      if (before !== undefined && before !== user.id) interrupt();
      clearTimeout(nextRenewal);
      nextRenewal = setTimeout(() => void renew(), expiresIn * 1000 * RENEW_AFTER);
    };
    const forget = (): void => {
      endings += 1;
      clearTimeout(nextRenewal);
      localStorage.removeItem(HINT);
      patchState(store, { token: undefined, user: undefined });
    };
    const refresh = async (): Promise<string | undefined> => {
      const before = endings;
      try {
        const session = await api.refresh();
        // signed out meanwhile: the answer is of a session that is no more
        if (before === endings) keep(session);
      } catch (error) {
        // only the server's word ends a session: a tunnel does not
        if (hasCode(error, 'UNAUTHENTICATED')) end();
      }
      return store.token();
    };
    const end = (): void => {
      const wasIn = store.user() !== undefined;
      forget();
      if (wasIn) interrupt();
    };
    const renew = (): Promise<string | undefined> => {
      renewing ??= refresh().finally(() => (renewing = undefined));
      return renewing;
    };
    return {
      /** At start: the session of the last visit, if it still lives. */
      async restore(): Promise<void> {
        if (localStorage.getItem(HINT)) await renew();
      },
      /** The network is back: the session of the last visit, if there was no network to ask for it at the start. */
      async comeBack(): Promise<void> {
        if (!store.token() && localStorage.getItem(HINT) && (await renew())) interrupt();
      },
      /** Another tab signed out, or in: `holder` is what it left in the hint. */
      follow(holder: string | null): void {
        if (holder === null) end();
        else if (holder !== store.user()?.id) void renew();
      },
      async signIn(request: Login): Promise<void> {
        keep(await api.login(request));
      },
      async register(request: Register): Promise<void> {
        keep(await api.register(request));
      },
      /** A session that was not begun by the forms of this store, such as that of an invitation. */
      enter: keep,
      /** A fresh access token; asked for many times at once it is fetched once. undefined: the session is over. */
      renew,
      setUser(user: User): void {
        patchState(store, { user });
      },
      async signOut({ everywhere = false } = {}): Promise<void> {
        const told = everywhere ? api.logoutAll() : api.logout();
        // before the server ends it: what that does to the connection is then nobody's news
        forget();
        await told.catch(() => undefined);
      },
    };
  }),
  withHooks((store, destroyRef = inject(DestroyRef)) => ({
    onInit(): void {
      const listen = ({ key, newValue }: StorageEvent): void => {
        if (key === HINT) store.follow(newValue);
      };
      const comeBack = (): void => void store.comeBack();
      addEventListener('storage', listen);
      addEventListener('online', comeBack);
      destroyRef.onDestroy(() => {
        removeEventListener('storage', listen);
        removeEventListener('online', comeBack);
      });
    },
  })),
);
export type SessionStore = InstanceType<typeof SessionStore>;
