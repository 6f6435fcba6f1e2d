import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getModelToken } from '@nestjs/mongoose';
import type { AuditPage } from '@qc/contracts';
import { type Model, Types } from 'mongoose';
import { AuditLog } from '../src/audit/audit-log';
import { AuditRecord } from '../src/audit/audit.schema';
import { Clock } from '../src/platform/clock';
import type { Client } from './support/client';
import { TestServer } from './support/test-server';

const page = async (admin: Client, query = ''): Promise<AuditPage> =>
  (await admin.get<AuditPage>(`/admin/audit?${query}`)).body;

describe('the record of who did what', () => {
  let server: TestServer;
  let admin: Client;
  let model: Model<AuditRecord>;
  const [ann, bob] = [new Types.ObjectId(), new Types.ObjectId()];
  const thing = new Types.ObjectId();

  beforeAll(async () => {
    server = await TestServer.start();
    admin = await server.admin();
    model = server.app.get<Model<AuditRecord>>(getModelToken(AuditRecord.name));
    const log = server.app.get(AuditLog);
    const clock = server.app.get(Clock);
    let at = Date.now();
    clock.now = () => new Date(at);
    for (let n = 0; n < 40; n += 1) {
      await log.record({
        action: n % 2 ? 'thing.opened' : 'thing.closed',
        by: { id: n % 4 < 2 ? ann : bob, role: n % 4 < 2 ? 'admin' : 'partner' },
        ...(n % 5 === 0 && { target: { kind: 'product' as const, id: thing } }),
        after: { n },
      });
      // a page ends between two of the same moment
      if (n % 4 === 0) at += 1000;
    }
    clock.now = () => new Date();
  });
  afterAll(() => server.stop());

  const numbers = ({ items }: AuditPage) => items.map(({ after }) => after?.['n'] as number);

  it('is given newest first, page by page, with nothing twice and nothing left out', async () => {
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const answer: AuditPage = await page(admin, `action=thing&limit=7${cursor && `&cursor=${cursor}`}`);
      seen.push(...numbers(answer));
      cursor = answer.nextCursor;
    }
    expect(seen).toEqual(Array.from({ length: 40 }, (_, n) => 39 - n));
  });

  it.each([
    ['action=thing.opened', (n: number) => n % 2 === 1],
    ['action=thing', () => true],
    ['action=thin', () => true],
    ['action=things', () => false],
    [`actorId=${ann.toHexString()}`, (n: number) => n % 4 < 2],
    [`targetId=${thing.toHexString()}`, (n: number) => n % 5 === 0],
    [`role=partner&action=thing.closed`, (n: number) => n % 4 === 2],
    [`actorId=${bob.toHexString()}&action=thing.opened&targetId=${thing.toHexString()}`, (n: number) => n % 20 === 15],
  ])('is filtered by %s', async (query, belongs) => {
    const found = numbers(await page(admin, `${query}&limit=100`));
    expect(found).toEqual(
      Array.from({ length: 40 }, (_, n) => n)
        .filter(belongs)
        .toReversed(),
    );
  });

  it('is filtered by time, its beginning in and its end out', async () => {
    const { items } = await page(admin, 'action=thing&limit=100');
    const [to, from] = [items[10]!.at, items[20]!.at];
    const between = items.filter(({ at }) => at >= from && at < to);
    expect((await page(admin, `action=thing&from=${from}&to=${to}&limit=100`)).items).toEqual(between);
    expect(between.length).toBeGreaterThan(5);
  });

  it('refuses a filter that cannot be, and another list’s cursor', async () => {
    const orders = Buffer.from(JSON.stringify([5, thing.toHexString()])).toString('base64url');
    for (const query of ['action=$gt', 'action[$gt]=a', 'role=system', 'actorId=me', 'from=when', `cursor=${orders}`])
      expect([query, (await admin.get(`/admin/audit?${query}`)).status]).toEqual([query, 400]);
  });

  it('is read by an index in the order of the list, whatever it is filtered by', async () => {
    const filters = ['action=thing', `actorId=${ann.toHexString()}`, `targetId=${thing.toHexString()}`, 'role=admin'];
    const { nextCursor } = await page(admin, 'limit=3');
    const every = Array.from({ length: 2 ** filters.length }, (_, bits) =>
      filters.filter((_f, at) => bits & (1 << at)),
    );
    const database = server.database.db!;
    await database.command({ profile: 2 });
    for (const chosen of every) {
      for (const span of [`cursor=${nextCursor}`, 'from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z'])
        expect((await admin.get(`/admin/audit?${[...chosen, span].join('&')}`)).status).toBe(200);
    }
    await database.command({ profile: 0 });
    const ran = await database
      .collection<Profile>('system.profile')
      .find({ ns: /\.audit$/ })
      .toArray();
    const lists = ran.filter(({ command }) => command.find);
    expect(lists).toHaveLength(every.length * 2);
    expect(ran.filter(({ planSummary, hasSortStage }) => hasSortStage || planSummary.includes('COLLSCAN'))).toEqual([]);
    // and one kind of deed among all others costs no more than what is shown of it
    const [byAction] = lists.filter(({ command }) => Object.keys(command.filter!).join() === 'action,at');
    expect(byAction!.docsExamined).toBeLessThanOrEqual(21 * 2);
  });

  describe('is append-only', () => {
    const any = { action: 'thing.opened' };
    it.each<[string, () => Promise<unknown>]>([
      ['updateOne', () => model.updateOne(any, { action: 'x' }).exec()],
      ['updateMany', () => model.updateMany(any, { action: 'x' }).exec()],
      ['replaceOne', () => model.replaceOne(any, { action: 'x' }).exec()],
      ['deleteOne', () => model.deleteOne(any).exec()],
      ['deleteMany', () => model.deleteMany({}).exec()],
      ['findOneAndUpdate', () => model.findOneAndUpdate(any, { action: 'x' }).exec()],
      ['findByIdAndUpdate', () => model.findByIdAndUpdate(ann, { action: 'x' }, { upsert: true }).exec()],
      ['findOneAndReplace', () => model.findOneAndReplace(any, { action: 'x' }).exec()],
      ['findOneAndDelete', () => model.findOneAndDelete(any).exec()],
      ['findByIdAndDelete', () => model.findByIdAndDelete(ann).exec()],
      ['bulkWrite', () => model.bulkWrite([{ deleteMany: { filter: {} } }])],
      ['save', async () => (await model.findOne(any).exec())!.set('action', 'x').save()],
      ['document.deleteOne', async () => (await model.findOne(any).exec())!.deleteOne().exec()],
      [
        'document.updateOne',
        async (): Promise<unknown> => (await model.findOne(any).exec())!.updateOne({ action: 'x' }).exec(),
      ],
      [
        'bulkSave',
        async (): Promise<unknown> => model.bulkSave([(await model.findOne(any).exec())!.set('action', 'x')]),
      ],
    ])('%s is refused', async (_name, change) => {
      const before = await model.find().lean();
      await expect(change()).rejects.toThrow('audit is append-only');
      expect(await model.find().lean()).toEqual(before);
    });
  });
});

interface Profile {
  command: { find?: string; filter?: object; query?: object };
  planSummary: string;
  hasSortStage?: boolean;
  docsExamined: number;
}
