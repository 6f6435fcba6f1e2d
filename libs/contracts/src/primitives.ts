/** Opaque identifier; 24 hexadecimal characters today, never to be parsed by a client. */
export type Id = string;

/**
 * Integer in the currency's minor unit (paise, cents). Never a float.
 * @asType integer
 */
export type MinorUnits = number;

/**
 * RFC 3339 timestamp in UTC.
 * @format date-time
 */
export type Timestamp = string;

/** WGS 84 position in degrees. */
export interface LatLng {
  lat: number;
  lng: number;
}

/** One keyset page. `nextCursor` is null on the last one. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export const PAGE_LIMIT = { min: 1, max: 100, default: 20 } as const;

export const ROLES = ['customer', 'partner', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who may cause a change: a person by role, or the product itself (automatic confirmation, dispatch). */
export type ActorRole = Role | 'system';
