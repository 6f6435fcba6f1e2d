import type { Page } from '@playwright/test';

/** What a page did that none of this product may do. */
export interface Witness {
  /** Of the site's policy: which directive, and what it stopped. */
  violations: string[];
  /** What the browser complained of, a policy of its own included. */
  errors: string[];
  /** Scripts that came in as data and ran. */
  executions: string[];
  /** Pages that asked where the person is. */
  positionsAsked: string[];
}

/** Watches this page from now on, over every page that it goes to. */
export async function witness(page: Page): Promise<Witness> {
  const seen: Witness = { violations: [], errors: [], executions: [], positionsAsked: [] };
  await page.exposeFunction('witnessed', (kind: keyof Witness, what: string) => void seen[kind].push(what));
  await page.addInitScript(() => {
    const tell = (kind: string, what: string): void =>
      (globalThis as unknown as { witnessed(kind: string, what: string): void }).witnessed(kind, what);
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample, sourceFile }) =>
      tell('violations', [location.pathname, effectiveDirective, blockedURI, sample, sourceFile].join(' ')),
    );
    // what the payloads call
    Object.defineProperty(globalThis, 'xss', { value: (how: string) => tell('executions', how) });
    const ask = (): void => tell('positionsAsked', location.pathname);
    Object.assign(navigator.geolocation, { getCurrentPosition: ask, watchPosition: ask });
  });
  page.on('dialog', (dialog) => {
    seen.executions.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => seen.errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') seen.errors.push(`${message.text()} (${message.location().url})`);
  });
  return seen;
}
