// npm run sbom: every package of the product as a CycloneDX document, dist/sbom.json, from the lock alone: without a network.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, install, root, runQuietly } from './up.mjs';

const FILE = 'dist/sbom.json';

await install();
mkdirSync(join(root, 'dist'), { recursive: true });
const { code, output } = await runQuietly('listing packages', 'cyclonedx-npm', [
  ...['--package-lock-only', '--omit', 'dev', '--output-reproducible', '--mc-type', 'application'],
  ...['--output-format', 'JSON', '--output-file', FILE],
]);
if (code !== 0) fail(`The list of packages could not be made:\n${output.trim()}`);
const { bomFormat, specVersion, components } = JSON.parse(readFileSync(join(root, FILE), 'utf8'));
console.log(`${FILE}: ${components.length} packages, ${bomFormat} ${specVersion}`);
