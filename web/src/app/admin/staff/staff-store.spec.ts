import { TestBed } from '@angular/core/testing';
import type { Invitation, StaffMember, User } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { ProblemError } from '../../core/problem';
import { StaffStore } from './staff-store';

const invitation = (id: string, email = `${id}@demo.test`): Invitation => ({ id, email }) as Invitation;
const member = (id: string, active = true): StaffMember => ({ id, active }) as StaffMember;

async function setUp(staff: StaffMember[][], invitations: Invitation[] = []) {
  const api = {
    staff: jest.fn((cursor?: string) => {
      const index = Number(cursor ?? 0);
      return Promise.resolve({ items: staff[index]!, nextCursor: staff[index + 1] ? `${index + 1}` : null });
    }),
    invitations: jest.fn(() => Promise.resolve({ items: invitations, nextCursor: null })),
    invite: jest.fn((email: string) => Promise.resolve(invitation('new', email))),
    takeBackInvitation: jest.fn((_id: string) => Promise.resolve()),
    setActive: jest.fn((id: string, active: boolean) => Promise.resolve({ id, active } as User)),
  };
  TestBed.configureTestingModule({ providers: [StaffStore, { provide: AdminApi, useValue: api }] });
  const store = TestBed.inject(StaffStore);
  await store.load();
  return { store, api, open: () => store.invitations().map(({ id }) => id) };
}

describe('StaffStore', () => {
  it('knows the whole team, over as many pages as it takes', async () => {
    const { store } = await setUp([[member('a')], [member('b')], [member('c')]]);
    expect(store.staff().map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('shows a new invitation first, and once when somebody is invited again', async () => {
    const { store, open } = await setUp([[]], [invitation('x'), invitation('y')]);
    await store.invite('y@demo.test');
    expect(open()).toEqual(['new', 'x']);
  });

  it('lets no reading that began before take a new invitation away', async () => {
    const { store, open } = await setUp([[]]);
    const reading = store.load();
    await store.invite('x@demo.test');
    await reading;
    expect(open()).toEqual(['new']);
  });

  it('counts an invitation that is gone already as taken back, and keeps one that could not be', async () => {
    const { store, api, open } = await setUp([[]], [invitation('x'), invitation('y')]);
    api.takeBackInvitation.mockRejectedValueOnce(new ProblemError('INVITATION_NOT_FOUND'));
    await store.takeBack('x');
    api.takeBackInvitation.mockRejectedValueOnce(new ProblemError('OFFLINE'));
    await expect(store.takeBack('y')).rejects.toThrow();
    expect(open()).toEqual(['y']);
  });

  it('deactivates one admin and leaves the others', async () => {
    const { store } = await setUp([[member('a'), member('b')]]);
    await store.setActive('b', false);
    expect(store.staff().map(({ active }) => active)).toEqual([true, false]);
  });

  it('keeps who is shown when a refresh fails, and says so', async () => {
    const { store, api } = await setUp([[member('a')]]);
    api.staff.mockRejectedValueOnce(new Error('no network'));
    await store.load();
    expect([store.staff().length, store.loaded(), store.error() !== undefined]).toEqual([1, true, true]);
  });
});
