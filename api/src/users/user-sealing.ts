import type { Profile } from '@qc/contracts';
import type { FieldEncryption, Place, Sealed } from '../platform/field-encryption';
import type { UserRecord } from './user.schema';

type StoredProfile = Omit<Profile, 'phone'> & { phone?: string | Sealed };

/** An account as the database holds it: its phone number is sealed. */
export type StoredUser = Stored<UserRecord>;

type WithProfile = Pick<UserRecord, '_id' | 'profile'>;
type Stored<T extends WithProfile> = Omit<T, 'profile'> & Pick<T, '_id'> & { profile: StoredProfile };

export function sealUser(fields: FieldEncryption, user: UserRecord): StoredUser {
  const { phone } = user.profile;
  return phone ? { ...user, profile: { ...user.profile, phone: sealPhone(fields, user._id, phone) } } : user;
}

export function sealPhone(fields: FieldEncryption, id: Place['id'], phone: string): Sealed {
  return fields.seal(phone, placeOf(id));
}

/** @throws SealBroken */
export function openUser<T extends WithProfile>(fields: FieldEncryption, stored: Stored<T>): T {
  const { phone, ...profile } = stored.profile;
  return {
    ...stored,
    profile: { ...profile, ...(phone && { phone: fields.open(phone, placeOf(stored._id)) }) },
  } as unknown as T;
}

function placeOf(id: Place['id']): Place {
  return { collection: 'users', field: 'profile.phone', id };
}
