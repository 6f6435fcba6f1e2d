import { createRequire } from 'node:module';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiQuery, type OpenAPIObject } from '@nestjs/swagger';
import { TakesQuery } from '../http/known-query';
import { targetConstructorToSchema, validationMetadatasToSchemas } from 'class-validator-jsonschema';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type QuerySchema = Parameters<typeof ApiQuery>[0] extends infer Options
  ? Options extends { schema?: infer S }
    ? S
    : never
  : never;

/** class-transformer keeps what `@Type` said to itself; this is the way its own ecosystem reads it. */
const { defaultMetadataStorage } = createRequire(import.meta.url)('class-transformer/cjs/storage') as {
  defaultMetadataStorage: NonNullable<
    Parameters<typeof validationMetadatasToSchemas>[0]
  >['classTransformerMetadataStorage'];
};

const OPTIONS = {
  classTransformerMetadataStorage: defaultMetadataStorage,
  refPointerPrefix: '#/components/schemas/',
};

/** What the validators of request classes say, as OpenAPI components: one declaration carries both. */
export function requestSchemas(): Schemas {
  return validationMetadatasToSchemas(OPTIONS) as Schemas;
}

/** Documents the query parameters that a query class validates; a route without it takes none. */
export function Queries(query: Type): MethodDecorator {
  const { properties = {} } = targetConstructorToSchema(query, OPTIONS);
  const parameters = Object.entries(properties).map(([name, schema]) =>
    ApiQuery({ name, required: false, schema: schema as QuerySchema }),
  );
  return applyDecorators(TakesQuery(true), ...parameters);
}
