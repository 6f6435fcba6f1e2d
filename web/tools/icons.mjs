// Writes web/src/app/ui/icon-paths.ts: the drawings of Lucide that this app uses, each as one path of SVG.
// The package's own components are not used: all of them are in one module, so that every page would load every portal's icons.
// usage: node web/tools/icons.mjs [name ...]     adds icons by their name on lucide.dev; what is there stays
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

const target = new URL('../src/app/ui/icon-paths.ts', import.meta.url).pathname;
const source = readFileSync(new URL(import.meta.resolve('@lucide/angular')), 'utf8');

const known = existsSync(target) ? [...readFileSync(target, 'utf8').matchAll(/^ {2}'?([a-z0-9-]+)'?:/gm)] : [];
const names = [...new Set([...known.map(([, name]) => name), ...process.argv.slice(2)])].sort();
const lines = names.map((name) => `'${name}': '${nodesOf(name).map(pathOf).join('')}',`);
const text = `// Written by web/tools/icons.mjs from @lucide/angular (ISC licence, lucide.dev). Do not edit: run it with the names to add.
export const ICON_PATHS = {
${lines.join('\n')}
} as const;

export type IconName = keyof typeof ICON_PATHS;
`;
writeFileSync(target, await format(text, { ...(await resolveConfig(target)), parser: 'typescript' }));
console.log(`${names.length} icons`);

function nodesOf(name) {
  const found = new RegExp(`name: '${name}',\\s*size: 24,\\s*node: (\\[[\\s\\S]*?\\]),\\n\\s+(?:aliases|\\})`).exec(
    source,
  );
  if (!found) throw new Error(`Lucide has no icon called ${name}`);
  return new Function(`return ${found[1]}`)();
}

function pathOf([kind, a]) {
  const n = (key) => Number(a[key] ?? 0);
  switch (kind) {
    case 'path':
      return absoluteStart(a.d);
    case 'circle':
      return ellipse(n('cx'), n('cy'), n('r'), n('r'));
    case 'ellipse':
      return ellipse(n('cx'), n('cy'), n('rx'), n('ry'));
    case 'line':
      return `M${a.x1} ${a.y1}L${a.x2} ${a.y2}`;
    case 'polyline':
      return `M${a.points}`;
    case 'polygon':
      return `M${a.points}Z`;
    case 'rect':
      return rect(n('x'), n('y'), n('width'), n('height'), n('rx') || n('ry'));
    default:
      throw new Error(`no path for <${kind}>`);
  }
}

/** Behind another path a relative start would begin at that one's end. */
function absoluteStart(d) {
  const number = '-?(?:\\d*\\.\\d+|\\d+)';
  return d.replace(
    new RegExp(`^m\\s*(${number})[\\s,]*(${number})\\s*(?=(.?))`),
    (_all, x, y, next) => `M${x} ${y}${/[-.\d]/.test(next) ? 'l' : ''}`,
  );
}

function ellipse(cx, cy, rx, ry) {
  return `M${cx - rx} ${cy}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0`;
}

function rect(x, y, width, height, r) {
  if (!r) return `M${x} ${y}h${width}v${height}h${-width}z`;
  const [w, h] = [width - 2 * r, height - 2 * r];
  const corner = (dx, dy) => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  return `M${x + r} ${y}h${w}${corner(r, r)}v${h}${corner(-r, r)}h${-w}${corner(-r, -r)}v${-h}${corner(r, -r)}z`;
}
