import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AwsClient } from 'aws4fetch';
import { Problem } from '../http/problem';
import { FileStore, requiredTypeOf, type StoredFile, typeOf } from './file-store';

/** Milliseconds that the store may take to answer. */
const PATIENCE = 10_000;

/** Files in a bucket of Amazon S3 or of anything that speaks its protocol, addressed by path. */
export class S3Store extends FileStore {
  private readonly client: AwsClient;
  private readonly bucket: string;

  /** @param address `https://KEY:SECRET@HOST/BUCKET?region=REGION`; what is special in key and secret percent-encoded */
  constructor(address: string) {
    super();
    const { origin, pathname, username, password, searchParams } = new URL(address);
    this.bucket = `${origin}${pathname.replace(/\/$/, '')}`;
    this.client = new AwsClient({
      accessKeyId: decodeURIComponent(username),
      secretAccessKey: decodeURIComponent(password),
      region: searchParams.get('region') ?? 'us-east-1',
      service: 's3',
      retries: 2,
    });
  }

  async put(name: string, bytes: Buffer): Promise<void> {
    const headers = {
      'Content-Type': requiredTypeOf(name),
      // signed with the rest: the store refuses what was changed on the way
      'X-Amz-Content-Sha256': createHash('sha256').update(bytes).digest('hex'),
    };
    await drained(await this.ask(name, { method: 'PUT', headers, body: new Uint8Array(bytes) }));
  }

  async get(name: string): Promise<StoredFile | null> {
    const type = typeOf(name);
    if (!type) return null;
    const { status, body, headers } = await this.ask(name, { method: 'GET' });
    if (status !== 404 && body) {
      const stream = Readable.fromWeb(body);
      return { stream, type, length: Number(headers.get('Content-Length')) };
    }
    await body?.cancel();
    return null;
  }

  async remove(name: string): Promise<void> {
    requiredTypeOf(name);
    await drained(await this.ask(name, { method: 'DELETE' }));
  }

  /** @throws UNAVAILABLE when it does not answer; Error when it refuses: then key, bucket or their policy are wrong */
  private async ask(name: string, init: RequestInit): Promise<Response> {
    const answer = await this.client
      .fetch(`${this.bucket}/${name}`, { ...init, signal: AbortSignal.timeout(PATIENCE) })
      .catch(() => undefined);
    if (!answer || answer.status >= 500) throw new Problem('UNAVAILABLE', undefined, { retryAfter: 2 });
    if (answer.ok || answer.status === 404) return answer;
    // S3 says why in XML, with the key's id in it
    throw new Error(`the file store answered ${answer.status} to ${init.method}`);
  }
}

/** An answer that nobody reads would hold its connection. */
async function drained(answer: Response): Promise<void> {
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`the file store has no such bucket (${answer.status})`);
}
