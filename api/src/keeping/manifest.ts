import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import mongoose, { type mongo } from 'mongoose';
import { StartupError } from '../platform/startup-error';

const { EJSON } = mongoose.mongo.BSON;

/** Grows when an older restore could no longer read what is written. */
export const FORMAT = 1;
/** Ends the name of a backup that is still being written, or never was to its end. */
export const PARTIAL = '.partial';
const MANIFEST = 'manifest.json';
const SUMS = 'SHA256SUMS';

export interface Content {
  documents: number;
  /** Of BSON, not compressed. */
  bytes: number;
  /** Of the BSON documents one after the other, in order of their ids. */
  sha256: string;
}

export interface DumpedCollection extends Content {
  name: string;
  options: mongo.CreateCollectionOptions;
  /** But the one on `_id`, which every collection has. */
  indexes: mongo.IndexDescriptionInfo[];
}

/** What a backup says of itself. */
export interface Manifest {
  format: number;
  database: string;
  /** The moment of the database that all collections are of, by its clock. */
  clusterTime: { seconds: number; increment: number };
  takenAt: string;
  /** Milliseconds. */
  took: number;
  /** Those that the data has behind it. */
  migrations: string[];
  collections: DumpedCollection[];
}

/** A name of a collection may hold what a file's may not. */
export function fileOf(collection: string): string {
  return `${encodeURIComponent(collection)}.bson.zst`;
}

/** Also writes, last of all, the sums of every file, in the form that `sha256sum -c` reads. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  // an index may filter by a date or an id, which plain JSON does not know
  const text = EJSON.stringify(manifest, undefined, 2);
  await writeFile(join(folder, MANIFEST), `${text}\n`, { flush: true, mode: 0o600 });
  const files = [MANIFEST, ...manifest.collections.map(({ name }) => fileOf(name))];
  const lines: string[] = [];
  for (const file of files) lines.push(`${await sumOf(join(folder, file))}  ${file}\n`);
  await writeFile(join(folder, SUMS), lines.join(''), { flush: true, mode: 0o600 });
}

/** @throws StartupError when the backup is not whole, not as it was written, or of another format */
export async function readVerified(folder: string): Promise<Manifest> {
  if (basename(folder).endsWith(PARTIAL)) throw new StartupError(`${folder} was not written to its end`);
  const sums = await readSums(folder);
  for (const [file, sum] of sums) {
    const found = await sumOf(join(folder, file)).catch(() => 'missing');
    if (found !== sum) throw new StartupError(`${join(folder, file)} is ${damage(found)}: this backup is not restored`);
  }
  const manifest = EJSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as Manifest;
  if (manifest.format !== FORMAT) {
    throw new StartupError(`${folder} has the format ${manifest.format}, this version reads ${FORMAT}`);
  }
  const unsummed = [MANIFEST, ...manifest.collections.map(({ name }) => fileOf(name))].find((file) => !sums.has(file));
  if (unsummed)
    throw new StartupError(`${join(folder, SUMS)} says nothing of ${unsummed}: this backup is not restored`);
  return manifest;
}

async function readSums(folder: string): Promise<Map<string, string>> {
  const text = await readFile(join(folder, SUMS), 'utf8').catch(() => {
    throw new StartupError(`${folder} is not a whole backup: there is no ${SUMS}`);
  });
  const lines = text.trimEnd().split('\n');
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

function damage(found: string): string {
  return found === 'missing' ? 'missing' : 'not as it was written';
}

async function sumOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
