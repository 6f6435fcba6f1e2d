import type { OpenAPIObject } from '@nestjs/swagger';
import { schemaRef } from '../http/answers';
import { PLAIN } from '../http/plain';
import { OBJECT_ID } from '../mongo/object-id';

interface Operation {
  parameters?: { in: string; name: string; schema?: object }[];
  requestBody?: { required?: boolean; content: Record<string, { schema?: { $ref?: string } }> };
  responses?: Record<string, { description: string; headers?: object }>;
}

const REQUEST_ID = {
  'X-Request-Id': {
    description: 'Given by the caller, or made; in the logs too.',
    required: true,
    schema: { type: 'string' },
  },
};
const PROBLEM: { description: string; content: object; headers?: object } = {
  description: 'A problem (RFC 9457) with a stable code',
  content: { 'application/problem+json': { schema: schemaRef('ProblemBody') } },
};

/** What holds for every route and is said by none: problems, the request's id, what an `:id` is, when a body may be left out. */
export function completeOperations({ paths, components }: OpenAPIObject): void {
  const required = (ref: string) => {
    const schema = components?.schemas?.[ref.split('/').at(-1)!];
    return !!schema && 'required' in schema && !!schema.required?.length;
  };
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path) as Operation[])) {
    if (!operation.responses) continue;
    operation.responses = withEveryAnswer(operation.responses);
    for (const parameter of operation.parameters ?? []) describeInPath(parameter);
    const ref = operation.requestBody?.content['application/json']?.schema?.$ref;
    if (ref) operation.requestBody!.required = required(ref);
  }
}

type Answers = NonNullable<Operation['responses']>;

function withEveryAnswer(own: Answers): Answers {
  const answers: Answers = { ...own, default: PROBLEM };
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [
      status,
      { ...answer, headers: { ...answer.headers, ...REQUEST_ID } },
    ]),
  );
}

function describeInPath(parameter: NonNullable<Operation['parameters']>[number]): void {
  if (parameter.in === 'path')
    parameter.schema = { type: 'string', pattern: parameter.name === 'id' ? OBJECT_ID.source : PLAIN };
}
