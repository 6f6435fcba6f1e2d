import { createRequire } from 'node:module';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiQuery, type OpenAPIObject } from '@nestjs/swagger';
import { TakesQuery } from '../http/known-query';
import { PLAIN } from '../http/plain';
import { targetConstructorToSchema, validationMetadatasToSchemas } from 'class-validator-jsonschema';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type QuerySchema = Parameters<typeof ApiQuery>[0] extends infer Options
  ? Options extends { schema?: infer S }
    ? S
    : never
  : never;

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  pattern?: string;
}
/** What says more of a text than that it is one. */
const KINDS = ['pattern', 'format', 'enum'];

/** class-transformer keeps what `@Type` said to itself; this is the way its own ecosystem reads it. */
const { defaultMetadataStorage } = createRequire(import.meta.url)('class-transformer/cjs/storage') as {
  defaultMetadataStorage: NonNullable<
    Parameters<typeof validationMetadatasToSchemas>[0]
  >['classTransformerMetadataStorage'];
};

/** Formats that are no JSON Schema vocabulary say to a reader, and to what makes up requests, what is asked for. */
const CONVERTERS: Partial<Record<string, (rule: { constraints?: unknown[] }) => object>> = {
  // bytes, of which a character has up to four: a password in ASCII that fits the schema is long and short enough
  isByteLength: ({ constraints: [min, max] = [] }) => ({
    type: 'string',
    format: 'password',
    minLength: min,
    maxLength: max,
  }),
  isMoment: () => ({ type: 'string', format: 'date-time' }),
  isTimeZone: () => ({ type: 'string', format: 'iana-time-zone' }),
  isISO4217CurrencyCode: () => ({ type: 'string', format: 'iso-4217' }),
};

const OPTIONS = {
  additionalConverters: CONVERTERS as NonNullable<
    Parameters<typeof validationMetadatasToSchemas>[0]
  >['additionalConverters'],
  classTransformerMetadataStorage: defaultMetadataStorage,
  refPointerPrefix: '#/components/schemas/',
};

/** What the validators of request classes say, as OpenAPI components: one declaration carries both. */
export function requestSchemas(): Schemas {
  const schemas = validationMetadatasToSchemas(OPTIONS) as Schemas;
  // an unknown property is refused
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      { ...plain(schema as Schema), additionalProperties: false },
    ]),
  );
}

/** Texts that have no form of their own hold no control characters. */
function plain(schema: Schema): Schema {
  const { type, properties, items } = schema;
  if (type === 'string' && !KINDS.some((kind) => kind in schema)) return { ...schema, pattern: PLAIN };
  return {
    ...schema,
    ...(properties && { properties: mapValues(properties, plain) }),
    ...(items && { items: plain(items) }),
  };
}

function mapValues<T>(object: Record<string, T>, map: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
}

/** Documents the query parameters that a query class validates; a route without it takes none. */
export function Queries(query: Type): MethodDecorator {
  const { properties = {} } = targetConstructorToSchema(query, OPTIONS);
  const parameters = Object.entries(properties).map(([name, schema]) =>
    // several values are one text with commas: a name that comes twice is refused
    ApiQuery({ name, required: false, explode: false, schema: plain(schema as Schema) as QuerySchema }),
  );
  return applyDecorators(TakesQuery(true), ...parameters);
}
