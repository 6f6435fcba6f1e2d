import { METHODS } from 'node:http';
import type { Request } from 'express';

interface Layer {
  match(path: string): object | boolean;
  route?: { methods: Record<string, boolean> };
}

/** The methods that the address of a request takes, as `Allow` names them; empty where nothing is. */
export function allowedMethods({ app, baseUrl, path }: Request): string[] {
  const { stack } = app.router as unknown as { stack: Layer[] };
  const methods = new Set(stack.flatMap((layer) => (layer.match(baseUrl + path) ? methodsOf(layer) : [])));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].toSorted();
}

function methodsOf({ route }: Layer): string[] {
  const methods = Object.keys(route?.methods ?? {}).map((method) => method.toUpperCase());
  // what takes every method is on the way to somewhere, and no address
  return METHODS.every((method) => methods.includes(method)) ? [] : methods;
}
