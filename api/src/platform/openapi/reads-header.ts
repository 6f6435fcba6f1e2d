import { ApiHeader } from '@nestjs/swagger';

type HeaderSchema = { pattern: string } | { format: string };

/** Documents an optional request header of every route that takes the parameter, where the parameter reads it. */
export function ReadsHeader(name: string, description: string, schema: HeaderSchema): ParameterDecorator {
  return (controller, method) => {
    if (method === undefined) return;
    const descriptor = Object.getOwnPropertyDescriptor(controller, method)!;
    const header = ApiHeader({ name, description, required: false, schema: { type: 'string', ...schema } });
    (header as MethodDecorator)(controller, method, descriptor);
  };
}
