import { computed, inject } from '@angular/core';
import { patchState, signalStore, withComputed, withMethods, withState } from '@ngrx/signals';
import type { Login, Register, Session, User } from '@qc/contracts';
import { AuthApi } from './auth-api';
import { hasCode } from './problem';

interface SessionState {
  /** In memory only: a script that gets in later finds nothing to steal. */
  token: string | undefined;
  user: User | undefined;
}

/** Says only that a refresh cookie may be there, so that a first visit asks the server nothing. */
const HINT = 'qc.signedIn';

/** Who is signed in. The refresh token lives in an HttpOnly cookie that this code never sees. */
export const SessionStore = signalStore(
  { providedIn: 'root' },
  withState<SessionState>({ token: undefined, user: undefined }),
  withComputed(({ user }) => ({
    role: computed(() => user()?.role),
    signedIn: computed(() => user() !== undefined),
  })),
  withMethods((store, api = inject(AuthApi)) => {
    let renewing: Promise<string | undefined> | undefined;
    const keep = ({ accessToken, user }: Session): void => {
      localStorage.setItem(HINT, 'yes');
      patchState(store, { token: accessToken, user });
    };
    const forget = (): void => {
      localStorage.removeItem(HINT);
      patchState(store, { token: undefined, user: undefined });
    };
    const refresh = async (): Promise<string | undefined> => {
      try {
        keep(await api.refresh());
      } catch (error) {
        // only the server's word ends a session: a tunnel does not
        if (hasCode(error, 'UNAUTHENTICATED')) forget();
      }
      return store.token();
    };
    return {
      /** At start: the session of the last visit, if it still lives. */
      async restore(): Promise<void> {
        if (localStorage.getItem(HINT)) await refresh();
      },
      async signIn(request: Login): Promise<void> {
        keep(await api.login(request));
      },
      async register(request: Register): Promise<void> {
        keep(await api.register(request));
      },
      /** A fresh access token; asked for many times at once it is fetched once. undefined: the session is over. */
      renew(): Promise<string | undefined> {
        renewing ??= refresh().finally(() => (renewing = undefined));
        return renewing;
      },
      setUser(user: User): void {
        patchState(store, { user });
      },
      async signOut({ everywhere = false } = {}): Promise<void> {
        await (everywhere ? api.logoutAll() : api.logout()).catch(() => undefined);
        forget();
      },
    };
  }),
);
export type SessionStore = InstanceType<typeof SessionStore>;
