import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import sharp, { type Metadata, type SharpOptions } from 'sharp';
import { Problem } from '../platform/http/problem';

/** Bytes of an upload. */
export const LARGEST_PICTURE = 5 * 1024 * 1024;
/** Pixels by format, as libvips calls it. What that costs in memory: 100 MB for a JPEG or PNG that comes in passes, and 20 bytes a pixel of an AVIF. */
const MOST_PIXELS: Partial<Record<string, number>> = {
  jpeg: 25_000_000,
  png: 25_000_000,
  webp: 25_000_000,
  heif: 8_000_000,
};
/** Pixels. */
const SMALLEST_SIDE = 64;
const LARGEST_SIDE = 1200;
const QUALITY = 80;
/** Seconds of work on one. */
const PATIENCE = 10;
/** How many may wait: who comes later is told to come again. */
const LONGEST_QUEUE = 8;

// libvips reads a hundred formats, SVG and PDF among them: what is not wanted is not even looked at
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadHeifBuffer',
  ],
});
sharp.cache(false);
sharp.concurrency(1);

const READ: SharpOptions = { limitInputPixels: MOST_PIXELS['jpeg'], failOn: 'error', sequentialRead: true };

/** Makes pictures that can be shown of what people send in: one at a time, off the event loop. */
@Injectable()
export class Pictures {
  private readonly queue = new PQueue({ concurrency: 1 });

  /**
   * The picture as WebP, upright, at most 1200 pixels a side, and nothing but the picture: no place where it was taken,
   * no comment, no second file behind it. @throws IMAGE_REJECTED; UNAVAILABLE when too many wait
   */
  async usable(bytes: Buffer): Promise<Buffer> {
    if (this.queue.size >= LONGEST_QUEUE) throw new Problem('UNAVAILABLE', undefined, { retryAfter: 5 });
    return this.queue.add(async () => {
      assertUsable(await headerOf(bytes));
      return redrawn(bytes);
    });
  }
}

/** By what is in it; the name and the type that it came with say nothing. */
async function headerOf(bytes: Buffer): Promise<Metadata> {
  try {
    // only the header is read, whatever size it claims
    return await sharp(bytes, { ...READ, limitInputPixels: false }).metadata();
  } catch {
    return rejected('is not a JPEG, PNG, WebP or AVIF');
  }
}

function assertUsable({ format, width, height, pages = 1 }: Metadata): void {
  const most = MOST_PIXELS[format] ?? 0;
  if (!most) rejected('is not a JPEG, PNG, WebP or AVIF');
  if (width * height > most) rejected(`has more than ${most / 1_000_000} megapixels`);
  if (Math.min(width, height) < SMALLEST_SIDE) rejected(`is smaller than ${SMALLEST_SIDE} × ${SMALLEST_SIDE} pixels`);
  if (pages > 1) rejected('moves, or is several');
}

async function redrawn(bytes: Buffer): Promise<Buffer> {
  return sharp(bytes, READ)
    .autoOrient()
    .resize({ width: LARGEST_SIDE, height: LARGEST_SIDE, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: QUALITY })
    .timeout({ seconds: PATIENCE })
    .toBuffer()
    .catch(() => rejected('is damaged'));
}

function rejected(why: string): never {
  throw new Problem('IMAGE_REJECTED', `the picture ${why}`);
}
