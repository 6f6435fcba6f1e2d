import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

/** The name of a contract type; its schema is generated from `libs/contracts`. */
export type SchemaName = string;

export function schemaRef(name: SchemaName): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** Status and body of the good answer, for Nest and OpenAPI at once. Without a schema the answer has no body. */
export function Answers(status: number, schema?: SchemaName): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ApiResponse({ status, description: schema ?? 'Done', ...(schema ? { schema: schemaRef(schema) } : {}) }),
  );
}
