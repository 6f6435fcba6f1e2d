import { inject } from '@angular/core';
import { type CanActivateFn, type CanMatchFn, RedirectCommand, Router, type UrlTree } from '@angular/router';
import type { Role } from '@qc/contracts';
import { SessionStore } from './session-store';

const HOME: Record<Role, string> = { customer: '/shop', partner: '/partner', admin: '/admin' };

/** Where each role works; who is not signed in sees the shop. */
export function homeOf(role: Role | undefined): string {
  return role ? HOME[role] : '/shop';
}

/** Where a sign-in leads: to where the visitor was going, if that is a page of this site; an address from outside would be an open redirect. */
export function pageAfterSignIn(next: string | undefined, role: Role | undefined): string {
  return next?.startsWith('/') && !next.startsWith('//') ? next : homeOf(role);
}

/** Does not even match for others, so that their code is not downloaded. The API still decides. */
export function forRole(role: Role): CanMatchFn {
  return (_route, segments) => {
    if (inject(SessionStore).role() === role) return true;
    return toSignIn(`/${segments.map(({ path }) => path).join('/')}`);
  };
}

export const home: CanActivateFn = () => inject(Router).parseUrl(homeOf(inject(SessionStore).role()));

/** Sign-in pages: who is signed in has no business there. */
export const signedOut: CanActivateFn = () => {
  const role = inject(SessionStore).role();
  return role === undefined || inject(Router).parseUrl(homeOf(role));
};

function toSignIn(next: string): RedirectCommand {
  const tree: UrlTree = inject(Router).createUrlTree(['/sign-in'], { queryParams: { next } });
  return new RedirectCommand(tree);
}
