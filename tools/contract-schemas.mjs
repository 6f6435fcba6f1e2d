// Writes dist/contracts/schemas.json: the JSON Schema of every type in libs/contracts, as OpenAPI components.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createGenerator } from 'ts-json-schema-generator';

const { definitions } = createGenerator({
  path: 'libs/contracts/src/index.ts',
  tsconfig: 'tsconfig.base.json',
  type: '*',
  skipTypeCheck: true,
  functions: 'hide',
}).createSchema('*');

/** `Page<Order>` is no component name; `Page_Order` is. */
const nameOf = (name) =>
  decodeURIComponent(name)
    .replace(/[^\w.-]+/g, '_')
    .replace(/_$/, '');

const text = JSON.stringify(definitions, (key, value) =>
  key === '$ref' ? `#/components/schemas/${nameOf(value.replace('#/definitions/', ''))}` : value,
);
const schemas = Object.fromEntries(Object.entries(JSON.parse(text)).map(([name, schema]) => [nameOf(name), schema]));
mkdirSync('dist/contracts', { recursive: true });
writeFileSync('dist/contracts/schemas.json', JSON.stringify(schemas));
