import type { mongo } from 'mongoose';

/** What the API's user may do in every collection: see, add, and make those that are missing. */
const EVERYWHERE = [
  ...['find', 'insert', 'createCollection', 'changeStream', 'killCursors'],
  ...['listCollections', 'listIndexes', 'collStats', 'dbStats', 'indexStats'],
];

const CHANGES = ['update', 'remove', 'createIndex', 'dropIndex'];

/**
 * Where it may change and remove as well, and make indexes, one of which may remove by itself. MongoDB knows no exception
 * from a right, so that each is named; `audit` is not, nor will it be.
 */
export const CHANGEABLE = [
  'commands',
  'event_places',
  'events',
  'invitations',
  'leases',
  'ledger',
  'migrations',
  'oneTimeLinks',
  'orders',
  'partners',
  'payments',
  'products',
  'secondFactors',
  'securitySettings',
  'sessions',
  'signInFailures',
  'stores',
  'users',
];

/** As MongoDB's `createRole` takes them. */
export function apiPrivileges(db: string): mongo.Document[] {
  return [
    { resource: { db, collection: '' }, actions: EVERYWHERE },
    ...CHANGEABLE.map((collection) => ({ resource: { db, collection }, actions: CHANGES })),
  ];
}
