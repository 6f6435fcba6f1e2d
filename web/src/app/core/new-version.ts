import type { NavigationError } from '@angular/router';

/** When the page was last reloaded for this reason: once a minute is enough to find a new version, and no loop. */
const KEY = 'qc.reloaded';
const PAUSE = 60_000;

/**
 * A tab that was open during a deployment asks for scripts that are no longer there: then the page is loaded anew, at the
 * address that was asked for. Anything else stays an error.
 */
export function reloadForNewVersion({ error, url }: NavigationError, page: Pick<Location, 'assign'> = location): void {
  if (!/dynamically imported module|Importing a module script failed|error loading/i.test(String(error))) return;
  if (Date.now() - Number(sessionStorage.getItem(KEY)) < PAUSE) return;
  sessionStorage.setItem(KEY, String(Date.now()));
  page.assign(url);
}
