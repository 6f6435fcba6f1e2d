import type { Id, Role, Timestamp } from './primitives';

export const VEHICLE_TYPES = ['bike', 'scooter', 'car', 'bicycle', 'foot'] as const;
export type VehicleType = (typeof VEHICLE_TYPES)[number];

export interface Vehicle {
  type: VehicleType;
  plate?: string;
}

export interface Profile {
  firstName: string;
  lastName?: string;
  phone?: string;
}

/** A partner's readiness for work. */
export interface Availability {
  available: boolean;
  /** Orders in `assigned`…`in_transit`. */
  activeDeliveries: number;
}

export interface User {
  id: Id;
  email: string;
  role: Role;
  profile: Profile;
  active: boolean;
  vehicle?: Vehicle;
  availability?: Availability;
  /** Absent: not yet confirmed. */
  emailVerifiedAt?: Timestamp;
  /** A second factor is asked for at sign-in. */
  secondFactor?: boolean;
  /** Of a partner whom an admin has yet to approve before the first delivery. */
  awaitsApproval?: boolean;
}

/** bcrypt reads 72 bytes and no more, so that more is refused. */
export const PASSWORD_BYTES = { min: 8, max: 72 } as const;

export interface Register {
  email: string;
  password: string;
  role: 'customer' | 'partner';
  profile: Profile;
  vehicle?: Vehicle;
}

export interface Login {
  email: string;
  password: string;
  /** Six digits of the authenticator app, or one of the recovery codes; asked for with `SECOND_FACTOR_REQUIRED`. */
  code?: string;
}

export interface UpdateProfile {
  firstName?: string;
  lastName?: string;
  phone?: string;
  vehicle?: Vehicle;
}

export interface ChangePassword {
  currentPassword: string;
  newPassword: string;
}

/** The refresh token is not here: it travels in an HttpOnly cookie only. */
export interface Session {
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
  user: User;
}

/** One signed-in device, as its owner sees it. */
export interface SessionSummary {
  id: Id;
  /** The one that asks. */
  current: boolean;
  /** Browser and system, as far as the device says: `Chrome on Android`. */
  device: string;
  /** The network address that it was last used from. */
  address?: string;
  startedAt: Timestamp;
  lastUsedAt: Timestamp;
}

export interface SessionList {
  items: SessionSummary[];
  nextCursor: null;
}

export interface ForgotPassword {
  email: string;
}

export interface ResetPassword {
  /** Of the link that was sent. */
  token: string;
  password: string;
}

export interface VerifyEmail {
  /** Of the link that was sent. */
  token: string;
}

/** What an authenticator app needs (RFC 6238); good until it is confirmed with a code of that app. */
export interface SecondFactorSetup {
  /** Base32. */
  secret: string;
  /** `otpauth://totp/…`, for a QR code. */
  uri: string;
}

export interface ConfirmSecondFactor {
  /** Six digits. */
  code: string;
}

/** Each is good once, in place of a code; shown this one time. */
export interface RecoveryCodes {
  codes: string[];
}

export interface RemoveSecondFactor {
  password: string;
  /** Of the authenticator app, or a recovery code. */
  code: string;
}

/** What the link of an invitation leads to. */
export interface AcceptInvitation {
  token: string;
  password: string;
  profile: Profile;
}

/** The owner's password once more, for what cannot be undone. */
export interface ConfirmPassword {
  password: string;
}
