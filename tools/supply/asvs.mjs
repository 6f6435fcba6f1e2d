// docs/asvs.md: one line for each requirement of level 1 and 2, and each says what holds it.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Of OWASP ASVS 5.0.0: 70 of level 1 and 183 of level 2. */
const REQUIREMENTS = 253;
const LABEL = /^(test|doc|n\/a|open): ./;
const FILE = /`([\w./-]+\.(?:ts|mjs))`/g;

/** @param more a line to be looked at beside those of the map */
export function mapFaults(root, more = '') {
  const text = `${readFileSync(join(root, 'docs/asvs.md'), 'utf8')}\n${more}`;
  const rows = [...text.matchAll(/^\| (\d+\.\d+\.\d+) +\| ([12]) +\| .*? +\| (.*?) +\|$/gm)];
  const ids = new Set(rows.map(([, id]) => id));
  const files = new Set(
    execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
      .split('\0')
      .map((path) => basename(path)),
  );
  return [
    ...(ids.size === REQUIREMENTS ? [] : [`${ids.size} requirements, not ${REQUIREMENTS}`]),
    ...rows.flatMap(([, id, , held]) =>
      (LABEL.test(held) ? faultsOf(held, files, root) : [`says nothing: ${held}`]).map((fault) => `${id}: ${fault}`),
    ),
  ];
}

function faultsOf(held, files, root) {
  const named = [...held.matchAll(FILE)].map(([, file]) => file);
  const missing = named.filter((file) => !files.has(basename(file))).map((file) => `no such file: ${file}`);
  if (held.startsWith('test: ') && !named.length) return ['names no test'];
  const document = /^doc: \[.*?\]\((?!#)([^)#]+)/.exec(held)?.[1];
  if (document && !existsSync(join(root, 'docs', document))) missing.push(`no such document: ${document}`);
  return missing;
}
