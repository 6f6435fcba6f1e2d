import { registerHooks } from 'node:module';

/** Imports a source of the api outside jest: Node strips the types by itself, it only does not guess the extension of what a source imports. */
export async function importSource(path) {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const source = context.parentURL?.endsWith('.ts') && /^\.{1,2}\/[^.]+$/.test(specifier);
      return next(source ? `${specifier}.ts` : specifier, context);
    },
  });
  try {
    return await import(new URL(path, new URL('../../src/', import.meta.url)));
  } finally {
    hooks.deregister();
  }
}
