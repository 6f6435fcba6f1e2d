// Puts a .br and a .gz beside each file that is worth it, so that nobody compresses it again for each visitor.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [folder] = process.argv.slice(2);
const WORTH_IT = /\.(js|css|html|svg|json|webmanifest|txt)$/;
/** Bytes that fit into one packet anyway. */
const SMALL = 1000;

for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !WORTH_IT.test(entry.name)) continue;
  const bytes = readFileSync(path);
  if (bytes.length < SMALL) continue;
  const best = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: best }));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}
