/** What of the database is sealed. */
export const SEALED_FIELDS = [
  { collection: 'orders', field: 'deliveryAddress' },
  { collection: 'users', field: 'profile.phone' },
  { collection: 'secondFactors', field: 'secret' },
] as const;
