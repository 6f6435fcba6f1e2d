import type { ProblemBody, Product } from '@qc/contracts';
import sharp, { type Sharp } from 'sharp';
import type { Answer, Client } from './client';

export interface Upload {
  bytes: Buffer;
  /** What the sender calls it; both say nothing. */
  name?: string;
  type?: string;
  field?: string;
}

/** Sends these as the picture of a product. */
export async function sendPicture(
  who: Client,
  productId: string,
  uploads: Upload | Upload[],
  headers: Record<string, string> = {},
): Promise<Answer<Product & ProblemBody>> {
  const form = new FormData();
  for (const { bytes, name = 'picture.jpg', type = 'image/jpeg', field = 'image' } of [uploads].flat())
    form.append(field, new Blob([new Uint8Array(bytes)], { type }), name);
  const response = await fetch(`${who.url}/api/products/${productId}/image`, {
    method: 'PUT',
    headers: { ...(who.token && { Authorization: `Bearer ${who.token}` }), ...headers },
    body: form,
  });
  return { status: response.status, body: (await response.json()) as Product & ProblemBody, headers: response.headers };
}

/** A picture with an edge in it, so that turning it can be seen: its left half is red, the other blue. */
export function picture(width = 320, height = 200): Sharp {
  const half = { create: { width: Math.ceil(width / 2), height, channels: 3 as const, background: '#f00' } };
  return sharp({ create: { width, height, channels: 3, background: '#00f' } }).composite([
    { input: half, left: 0, top: 0 },
  ]);
}
