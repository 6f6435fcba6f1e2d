import { createHash } from 'node:crypto';
import type { mongo } from 'mongoose';
import type { Content } from './manifest';

/** A document as the database holds it, byte by byte. */
export type RawDocument = Uint8Array;

/** Documents that the server sends at a time: its own limit of 16 MB a time would only fill memory. */
const BATCH = 1000;
/** Bytes of small documents that go through the compressor at a time. */
const CHUNK = 256 * 1024;
/** What no document of MongoDB reaches. */
const MOST = 17 * 1024 * 1024;

/** The documents of a collection in order of their ids, and afterwards what they came to. */
export class ContentReader {
  private readonly hash = createHash('sha256');
  private documents = 0;
  private bytes = 0;

  constructor(private readonly cursor: mongo.FindCursor<mongo.Document>) {}

  static of(collection: mongo.Collection, options: mongo.FindOptions, filter: mongo.Filter<mongo.Document> = {}) {
    const cursor = collection.find(filter, { ...options, raw: true, batchSize: BATCH, hint: { _id: 1 } });
    return new ContentReader(cursor.sort({ _id: 1 }));
  }

  async *read(): AsyncGenerator<RawDocument> {
    // a cursor that reads raw says that it gives documents
    for await (const document of this.cursor as AsyncIterable<unknown> as AsyncIterable<RawDocument>) {
      this.hash.update(document);
      this.documents += 1;
      this.bytes += document.length;
      yield document;
    }
  }

  /** Once, when all was read. */
  content(): Content {
    return { documents: this.documents, bytes: this.bytes, sha256: this.hash.digest('hex') };
  }
}

export async function contentOf(...args: Parameters<typeof ContentReader.of>): Promise<Content> {
  const reader = ContentReader.of(...args);
  for await (const document of reader.read()) void document;
  return reader.content();
}

/** Copies: what the cursor gave is only lent until its next batch. */
export async function* gather(documents: AsyncIterable<RawDocument>): AsyncGenerator<Buffer> {
  let waiting: RawDocument[] = [];
  let size = 0;
  for await (const document of documents) {
    waiting.push(document);
    size += document.length;
    if (size < CHUNK) continue;
    yield Buffer.concat(waiting);
    [waiting, size] = [[], 0];
  }
  if (size) yield Buffer.concat(waiting);
}

/** @throws Error when the stream does not end with a whole document */
export async function* split(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawDocument> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    while (rest.length - start >= 4) {
      const length = rest.readInt32LE(start);
      if (length < 5 || length > MOST) throw new Error('no BSON document begins here');
      if (rest.length - start < length) break;
      yield rest.subarray(start, start + length);
      start += length;
    }
    rest = rest.subarray(start);
  }
  if (rest.length) throw new Error('the last document is cut off');
}
