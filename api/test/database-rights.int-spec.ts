import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditPage } from '@qc/contracts';
import mongoose from 'mongoose';
import { CHANGEABLE } from '../src/keeping/api-rights';
import { dump } from '../src/keeping/dump';
import type { Client } from './support/client';
import { GuardedMongod } from './support/guarded-mongod';
import { carry } from './support/steps';
import { TestServer } from './support/test-server';

describe('the database user of the API', () => {
  let mongod: GuardedMongod;
  let server: TestServer;
  let admin: Client;
  beforeAll(async () => {
    mongod = await GuardedMongod.start();
    server = await TestServer.start({ MONGODB_URI: mongod.uri('quickcommerce') });
    admin = await server.admin();
  }, 90_000);
  afterAll(async () => {
    await server?.app.close();
    await mongod?.stop();
  }, 30_000);

  const audit = () => server.database.collection('audit');

  it('may do all that the product does', async () => {
    const partner = await server.partner();
    const order = await server.assignedOrder(partner);
    await carry(partner, order.id, 'delivered');
    await server.settings({ deliveryFee: 1234 });
    const customer = await server.customer();
    expect((await customer.post('/auth/erasure', { password: 'correct horse' })).status).toBe(204);
    const { items } = (await admin.get<AuditPage>('/admin/audit?action=settings')).body;
    expect(items).toMatchObject([{ action: 'settings.changed', after: { deliveryFee: 1234 } }]);
  });

  it('may change every collection but the audit log, each of which is named', () => {
    const collections = Object.values(server.database.models).map(({ collection }) => collection.collectionName);
    expect([...CHANGEABLE, 'audit'].sort()).toEqual([...new Set([...collections, 'migrations'])].sort());
  });

  it.each<[string, () => Promise<unknown>]>([
    ['change a line', () => audit().updateOne({}, { $set: { action: 'nothing' } })],
    ['replace one', () => audit().replaceOne({}, { action: 'nothing' })],
    ['find and change one', () => audit().findOneAndUpdate({}, { $set: { action: 'nothing' } })],
    ['remove one', () => audit().deleteOne({})],
    ['remove all', () => audit().deleteMany({})],
    ['drop the collection', () => audit().drop()],
    ['drop the database', () => server.database.db!.dropDatabase()],
    ['rename it', () => audit().rename('audit_old')],
    ['put another in its place', () => server.database.collection('stores').rename('audit', { dropTarget: true })],
    ['let lines expire', () => audit().createIndex({ at: 1 }, { expireAfterSeconds: 1 })],
    [
      'let lines expire by an index that is there',
      () => server.database.db!.command({ collMod: 'audit', index: { name: 'at_-1__id_-1', expireAfterSeconds: 1 } }),
    ],
    [
      'write over it from elsewhere',
      () =>
        server.database
          .collection('stores')
          .aggregate([{ $out: 'audit' }])
          .toArray(),
    ],
    [
      'merge into it',
      () =>
        audit()
          .aggregate([{ $set: { action: 'nothing' } }, { $merge: 'audit' }])
          .toArray(),
    ],
    [
      'give itself the right',
      () => server.database.db!.command({ grantRolesToUser: 'quickcommerce', roles: ['dbOwner'] }),
    ],
  ])('may not %s of the audit log', async (_what, attempt) => {
    const before = await audit().find().toArray();
    expect(before.length).toBeGreaterThan(0);
    await expect(attempt()).rejects.toMatchObject({ codeName: 'Unauthorized' });
    expect(await audit().find().toArray()).toEqual(before);
  });

  it('is made again without harm, and backups hold the log', async () => {
    await mongod.prepare();
    const connection = await mongoose.createConnection(mongod.uri('backup')).asPromise();
    const to = await mkdtemp(join(tmpdir(), 'qc-rights-'));
    const { manifest } = await dump(connection, { to });
    const dumped = manifest.collections.find(({ name }) => name === 'audit');
    expect(dumped?.documents).toBe(await audit().countDocuments());
    expect(dumped?.indexes).toHaveLength(5);
    await connection.close();
    await rm(to, { recursive: true });
  });
});
