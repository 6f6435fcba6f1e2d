import type { CanMatchFn, Routes } from '@angular/router';
import { forRole, home, signedOut } from './core/role-guard';

/** Any other address must not download the shop just to find that it is not there. */
const CUSTOMER_PAGES = ['shop', 'cart', 'checkout', 'orders', 'profile'];
/** Where mailed links lead, and where one is asked for. */
const LINK_PAGES = ['forgot', 'reset-password', 'verify-email', 'invitation', 'goodbye'];
const beginsWith =
  (pages: readonly string[]): CanMatchFn =>
  (_route, [first]) =>
    pages.includes(first?.path ?? '');

export const routes: Routes = [
  { path: '', pathMatch: 'full', canActivate: [home], children: [] },
  {
    path: 'sign-in',
    title: 'Sign in',
    canActivate: [signedOut],
    loadComponent: () => import('./sign-in/sign-in').then((module) => module.SignIn),
  },
  {
    path: 'register',
    title: 'Create an account',
    canActivate: [signedOut],
    loadComponent: () => import('./sign-in/register').then((module) => module.Register),
  },
  {
    path: 't/:token',
    title: 'Track an order',
    loadChildren: () => import('./tracking/tracking.routes').then((module) => module.trackingRoutes),
  },
  {
    path: 'partner',
    canMatch: [forRole('partner')],
    loadChildren: () => import('./partner/partner.routes').then((module) => module.partnerRoutes),
  },
  {
    path: 'admin',
    canMatch: [forRole('admin')],
    loadChildren: () => import('./admin/admin.routes').then((module) => module.adminRoutes),
  },
  {
    path: '',
    canMatch: [beginsWith(CUSTOMER_PAGES)],
    loadChildren: () => import('./customer/customer.routes').then((module) => module.customerRoutes),
  },
  {
    path: '',
    canMatch: [beginsWith(LINK_PAGES)],
    loadChildren: () => import('./account/links/links.routes').then((module) => module.linkRoutes),
  },
  { path: '**', title: 'Not found', loadComponent: () => import('./ui/not-found').then((module) => module.NotFound) },
];
