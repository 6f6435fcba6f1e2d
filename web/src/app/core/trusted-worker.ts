/** The one script that is ever loaded by an address from code. */
const WORKER = 'ngsw-worker.js';

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}

/**
 * The service worker's address. The site's policy lets no plain text become a script (`require-trusted-types-for`), and Angular hands
 * on to the browser what it is given: a string to it, a `TrustedScriptURL` to browsers that have that.
 */
export function trustedWorker(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return WORKER;
  const policy = trustedTypes.createPolicy('quickcommerce', {
    createScriptURL(url) {
      if (url !== WORKER) throw new TypeError(`not a script of this site: ${url}`);
      return url;
    },
  });
  return policy.createScriptURL(WORKER) as string;
}
