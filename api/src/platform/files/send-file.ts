import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { Problem } from '../http/problem';
import type { StoredFile } from './file-store';

/** What its name stands for never changes, so that nobody asks twice. @throws NOT_FOUND */
export async function sendFile(
  name: string,
  file: StoredFile | null,
  request: Request,
  response: Response,
): Promise<void> {
  if (!file) throw new Problem('NOT_FOUND');
  response.set({
    ETag: `"${name.split('.')[0]}"`,
    'Cache-Control': 'public, max-age=31536000, immutable',
    // whatever a browser might take it for, it runs nothing and asks for nothing
    'Content-Security-Policy': "default-src 'none'; sandbox",
  });
  if (request.fresh || request.method === 'HEAD') file.stream.destroy();
  if (request.fresh) return void response.status(304).end();
  response.set({ 'Content-Type': file.type, 'Content-Length': String(file.length) });
  if (request.method === 'HEAD') return void response.end();
  // who leaves in the middle has what he wanted; a store that breaks off is seen by the missing bytes
  await pipeline(file.stream, response).catch(() => undefined);
}
