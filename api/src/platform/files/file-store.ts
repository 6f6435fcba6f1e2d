import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

/** What a stored file may be, by the end of its name. */
const TYPES = { webp: 'image/webp' } as const;

type Ending = keyof typeof TYPES;
/** Without `text/html`, `image/svg+xml` and the like: nothing that a browser would run. */
export type FileType = (typeof TYPES)[Ending];

/** SHA-256 of the content and an ending: nothing in it can mean a folder, and what it stands for never changes. */
const NAME = /^[\da-f]{64}\.(?<ending>[a-z]{2,5})$/;

export interface StoredFile {
  /** To be read to its end or destroyed by whoever asked. */
  stream: Readable;
  type: FileType;
  /** Bytes. */
  length: number;
}

/** Where files are kept that people send in. Every process of the product sees the same. */
export abstract class FileStore {
  /** All of it or nothing; the same content again is no fault. @throws RangeError for a name that `nameOf` does not make */
  abstract put(name: string, bytes: Buffer): Promise<void>;
  /** null: there is none of this name, or nothing here could have it. */
  abstract get(name: string): Promise<StoredFile | null>;
  /** What is not there is no fault. */
  abstract remove(name: string): Promise<void>;
}

export function nameOf(bytes: Buffer, type: FileType): string {
  const ending = (Object.keys(TYPES) as Ending[]).find((one) => TYPES[one] === type);
  return `${createHash('sha256').update(bytes).digest('hex')}.${ending}`;
}

/** undefined: not a name of this product. */
export function typeOf(name: string): FileType | undefined {
  const ending = NAME.exec(name)?.groups?.['ending'];
  return ending !== undefined && Object.hasOwn(TYPES, ending) ? TYPES[ending as Ending] : undefined;
}

/** @throws RangeError */
export function requiredTypeOf(name: string): FileType {
  const type = typeOf(name);
  if (!type) throw new RangeError(`not a name for a stored file: ${JSON.stringify(name)}`);
  return type;
}
