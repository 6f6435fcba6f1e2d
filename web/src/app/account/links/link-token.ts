import { DestroyRef, inject, Service, type Signal, signal } from '@angular/core';
import { type CanActivateFn, RedirectCommand, Router } from '@angular/router';

/** What a mailed link carried behind its `#`. In memory only, and only while its page is open. */
@Service()
class LinkToken {
  readonly value = signal<string | undefined>(undefined);
}

/**
 * Takes the token out of the address before its page opens, so that neither the address bar nor the history keeps it.
 * The route needs `runGuardsAndResolvers: 'always'`: a second link, opened over the page of the first, differs in its token only.
 */
export const takesToken: CanActivateFn = ({ fragment }, { url }) => {
  if (!fragment) return true;
  inject(LinkToken).value.set(fragment);
  const page = inject(Router).parseUrl(url);
  page.fragment = null;
  return new RedirectCommand(page, { replaceUrl: true, onSameUrlNavigation: 'reload' });
};

/** The token of the link that led to this page, which is forgotten with it. In an injection context. */
export function linkToken(): Signal<string | undefined> {
  const { value } = inject(LinkToken);
  inject(DestroyRef).onDestroy(() => value.set(undefined));
  return value.asReadonly();
}
