// Makes one MongoDB server a replica set, with a user that may do what the API does and no more (add to the audit log, but not
// change or remove a line of it), and one that may read it and keep a moment readable for as long as a dump takes. Repeatable.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import mongoose from 'mongoose';
import { AuditSchema } from '../dist/api/api/src/audit/audit.schema.js';
import { apiPrivileges } from '../dist/api/api/src/keeping/api-rights.js';

const [host, folder] = process.argv.slice(2);
const NAME = 'rs0';
const DATABASE = 'quickcommerce';
const MOMENTS = 'keepMoments';
const API = 'api';
const password = (name) => readFileSync(`${folder}/${name}`, 'utf8');

const client = new mongoose.mongo.MongoClient(`mongodb://${host}/?directConnection=true`, {
  auth: { username: 'root', password: password('root-password') },
  serverSelectionTimeoutMS: 60_000,
});
const admin = client.db('admin');
await admin.command({ replSetGetStatus: 1 }).catch(async (error) => {
  if (error.codeName !== 'NotYetInitialized') throw error;
  await admin.command({ replSetInitiate: { _id: NAME, members: [{ _id: 0, host }] } });
  console.log('the replica set is made');
});
while (!(await admin.command({ hello: 1 })).isWritablePrimary) await pause(200);

/** Makes a user or a role what it is to be, whether it is there or not. */
async function put(db, kind, name, details) {
  const found = await db.command({ [`${kind.toLowerCase()}sInfo`]: name });
  const there = found[`${kind.toLowerCase()}s`].length > 0;
  await db.command({ [`${there ? 'update' : 'create'}${kind}`]: name, ...details });
}

const moments = { resource: { cluster: true }, actions: ['getParameter', 'setParameter'] };
await put(admin, 'Role', MOMENTS, { privileges: [moments], roles: [] });
const database = client.db(DATABASE);
const on = (db, role) => ({ role, db });
// whoever may make indexes may make one by which lines expire
for (const [fields] of AuditSchema.indexes())
  await database.collection(AuditSchema.get('collection')).createIndex(fields);
await put(database, 'Role', API, { privileges: apiPrivileges(DATABASE), roles: [] });
await put(database, 'User', 'quickcommerce', { pwd: password('database-password'), roles: [on(DATABASE, API)] });
await put(database, 'User', 'backup', {
  pwd: password('backup-password'),
  roles: [on(DATABASE, 'read'), on('admin', MOMENTS)],
});
await client.close();
console.log('the database is ready');
