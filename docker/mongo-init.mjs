// Makes one MongoDB server a replica set, with a user that may do what the API does and no more. Repeatable.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import mongoose from 'mongoose';

const [host, folder] = process.argv.slice(2);
const NAME = 'rs0';
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

const database = client.db('quickcommerce');
const user = {
  pwd: password('database-password'),
  roles: ['readWrite', 'dbAdmin'].map((role) => ({ role, db: 'quickcommerce' })),
};
await database.command({ createUser: 'quickcommerce', ...user }).catch(async (error) => {
  if (error.codeName !== 'Location51003') throw error; // there already
  await database.command({ updateUser: 'quickcommerce', ...user });
});
await client.close();
console.log('the database is ready');
