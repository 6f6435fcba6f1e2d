import type { Id, Role } from './primitives';

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
