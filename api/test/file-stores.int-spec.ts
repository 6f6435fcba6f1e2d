import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FileStore, nameOf } from '../src/platform/files/file-store';
import { FolderStore } from '../src/platform/files/folder-store';
import { S3Store } from '../src/platform/files/s3-store';
import { freePort } from './support/free-port';

interface S3rver {
  run(): Promise<unknown>;
  close(): Promise<void>;
}
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: object) => S3rver;
/** The one pair that this server knows. It looks at the key; signatures of this version it takes unseen. */
const KEYS = 'S3RVER:S3RVER';

let folder: string;
let port: number;
let s3: S3rver;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qc-stores-'));
  port = await freePort();
  s3 = new S3rver({
    address: '127.0.0.1',
    port,
    silent: true,
    directory: join(folder, 's3'),
    configureBuckets: [{ name: 'files', configs: [] }],
  });
  await s3.run();
});
afterAll(async () => {
  await s3.close();
  await rm(folder, { recursive: true, force: true });
});

const s3Store = (keys = KEYS, bucket = 'files'): S3Store =>
  new S3Store(`http://${keys}@127.0.0.1:${port}/${bucket}?region=eu-central-1`);

const STORES: Record<string, () => FileStore> = {
  'a folder': () => new FolderStore(join(folder, 'made/when/needed')),
  'a bucket': () => s3Store(),
};

describe.each(Object.entries(STORES))('%s as a file store', (_kind, make) => {
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256));
  const name = nameOf(bytes, 'image/webp');
  const read = async (store: FileStore): Promise<[string, number, boolean] | null> => {
    const file = await store.get(name);
    return file && [file.type, file.length, bytes.equals(await buffer(file.stream))];
  };

  it('has nothing at first', async () => {
    expect(await make().get(name)).toBeNull();
  });

  it('gives back what was put in, with type and length, to every process', async () => {
    await make().put(name, bytes);
    expect(await read(make())).toEqual(['image/webp', bytes.length, true]);
  });

  it('takes the same again, also from several at once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => make().put(name, bytes)));
    expect(await read(make())).toEqual(['image/webp', bytes.length, true]);
  });

  it('forgets what is removed, once or twice', async () => {
    await make().remove(name);
    await make().remove(name);
    expect(await make().get(name)).toBeNull();
  });

  it.each(['../secret', '/etc/passwd', 'a/b.webp', 'x.webp', `${'0'.repeat(64)}.html`, `${'0'.repeat(64)}.webp\n`, ''])(
    'has no file %j, takes none and removes none',
    async (other) => {
      expect(await make().get(other)).toBeNull();
      await expect(make().put(other, bytes)).rejects.toThrow(RangeError);
      await expect(make().remove(other)).rejects.toThrow(RangeError);
    },
  );
});

describe('a folder as a file store', () => {
  it('leaves nothing half done behind', async () => {
    const store = new FolderStore(join(folder, 'whole'));
    const bytes = Buffer.from('x');
    const name = nameOf(bytes, 'image/webp');
    await store.put(name, bytes);
    expect(await readdir(join(folder, 'whole'))).toEqual([name]);
  });
});

describe('a bucket as a file store', () => {
  const bytes = Buffer.from('x');
  const name = nameOf(bytes, 'image/webp');

  it.each([
    ['with a key that is unknown', 'nobody:S3RVER', 'files'],
    ['without the bucket', KEYS, 'elsewhere'],
  ])('says that it does not work %s, and nothing of its keys', async (_what, keys, bucket) => {
    const message = await s3Store(keys, bucket)
      .put(name, bytes)
      .then(
        () => '',
        (error: Error) => error.message,
      );
    expect(message).toMatch(/^the file store /);
    expect(message).not.toContain('S3RVER');
  });

  it('is away rather than broken when nobody answers', async () => {
    const away = new S3Store(`http://${KEYS}@127.0.0.1:${await freePort()}/files`);
    await expect(away.get(name)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
