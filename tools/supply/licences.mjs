// Which licences may come in: those that ask for no more than to be named. Anything else is named with its reason.

const ALLOWED = new Set([
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'Python-2.0'],
  ...['CC0-1.0', 'CC-BY-3.0', 'CC-BY-4.0', 'WTFPL', 'Artistic-2.0', 'Unlicense'],
]);

const EXCEPTIONS = [
  // weak copyleft, used as it is: tests and builds, nothing that is handed on
  { names: /^(axe-core|@axe-core\/playwright|lightningcss(-[\w-]+)?)$/, licence: 'MPL-2.0' },
  // a shared library beside the product, to be replaced by whoever wants
  { names: /^@img\/sharp(-libvips)?-[\w-]+$/, licence: 'LGPL-3.0-or-later' },
  { names: /^@img\/sharp-[\w-]+$/, licence: 'Apache-2.0 AND LGPL-3.0-or-later' },
  { names: /^@img\/sharp-wasm32$/, licence: 'Apache-2.0 AND LGPL-3.0-or-later AND MIT' },
  // a font, handed on as a font
  { names: /^@fontsource-variable\/figtree$/, licence: 'OFL-1.1' },
  // say so in their README only (`*`: read from a text)
  { names: /^(humanize-number|only|pause)$/, licence: 'MIT*' },
];

/** @param licence an SPDX expression: one of several is enough, all of several are asked for */
export function isAllowed(name, licence) {
  return permits(licence) || EXCEPTIONS.some((one) => one.names.test(name) && one.licence === licence);
}

function permits(licence) {
  const inner = licence.replace(/^\((.*)\)$/, '$1');
  if (inner.includes(' OR ')) return inner.split(' OR ').some(permits);
  if (inner.includes(' AND ')) return inner.split(' AND ').every(permits);
  return ALLOWED.has(inner);
}
