import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { completeOperations } from './complete-operations';
import { requestSchemas } from './request-schemas';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** Where the build puts the schemas of `libs/contracts`, from the folder that the server runs in. */
const CONTRACT_SCHEMAS = 'dist/contracts/schemas.json';

/** The document at `/api/docs-json`, for reading at `/api/docs`: answers from the contract's types, requests from what validates them. */
export function serveApiDocs(app: NestExpressApplication): void {
  const config = new DocumentBuilder()
    // its schemas are JSON Schema as it is: a type may be a list, a value a constant
    .setOpenAPIVersion('3.1.0')
    .setTitle('QuickCommerce')
    .setDescription(
      'Orders from the tap to the door. Errors are RFC 9457 problems with a stable `code`; money is in minor units.',
    )
    .setVersion('1')
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, config);
  document.components = { ...document.components, schemas: { ...contractSchemas(), ...requestSchemas() } };
  completeOperations(document);
  SwaggerModule.setup('api/docs', app, document, { jsonDocumentUrl: 'api/docs-json' });
}

function contractSchemas(): Schemas {
  const file = join(process.cwd(), CONTRACT_SCHEMAS);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Schemas) : {};
}
