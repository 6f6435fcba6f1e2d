import { inject } from '@angular/core';
import { patchState, signalStore, withMethods, withState } from '@ngrx/signals';
import type { Id, Invitation, Page, StaffMember } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { hasCode, messageOf } from '../../core/problem';

interface StaffState {
  staff: readonly StaffMember[];
  /** Not yet taken up, newest first. */
  invitations: readonly Invitation[];
  loaded: boolean;
  /** Why the last read failed; what is shown stays. */
  error: string | undefined;
}

/** Who may sign in as an admin, and who is invited to. */
export const StaffStore = signalStore(
  withState<StaffState>({ staff: [], invitations: [], loaded: false, error: undefined }),
  withMethods((store, api = inject(AdminApi)) => {
    let asked = 0;
    return {
      async load(): Promise<void> {
        const question = (asked += 1);
        try {
          const [staff, invitations] = await Promise.all([
            all((cursor) => api.staff(cursor)),
            all((cursor) => api.invitations(cursor)),
          ]);
          if (question === asked) patchState(store, { staff, invitations, loaded: true, error: undefined });
        } catch (error) {
          if (question === asked) patchState(store, { error: messageOf(error) });
        }
      },
      /** @throws ProblemError EMAIL_TAKEN */
      async invite(email: string): Promise<Invitation> {
        const invitation = await api.invite(email);
        asked += 1; // a reading under way does not know of it
        // whoever is invited again has a new link in place of the old one
        const others = store
          .invitations()
          .filter(({ id, email: other }) => id !== invitation.id && other !== invitation.email);
        patchState(store, { invitations: [invitation, ...others] });
        return invitation;
      },
      /** One that is gone already counts as taken back. @throws ProblemError */
      async takeBack(id: Id): Promise<void> {
        try {
          await api.takeBackInvitation(id);
        } catch (error) {
          if (!hasCode(error, 'INVITATION_NOT_FOUND')) throw error;
        }
        asked += 1;
        patchState(store, { invitations: store.invitations().filter((invitation) => invitation.id !== id) });
      },
      /** @throws ProblemError */
      async setActive(id: Id, active: boolean): Promise<void> {
        const user = await api.setActive(id, active);
        asked += 1;
        patchState(store, {
          staff: store.staff().map((member) => (member.id === id ? { ...member, active: user.active } : member)),
        });
      },
    };
  }),
);
export type StaffStore = InstanceType<typeof StaffStore>;

/** Every page: a team is small. */
async function all<T>(read: (cursor?: string) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  do {
    const page: Page<T> = await read(cursor ?? undefined);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items;
}
