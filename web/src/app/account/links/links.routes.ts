import type { Route, Routes } from '@angular/router';
import { takesToken } from './link-token';

const mailed = { canActivate: [takesToken], runGuardsAndResolvers: 'always' } satisfies Route;

/** Pages that a mailed link leads to, and where one is asked for: open to anybody. */
export const linkRoutes: Routes = [
  {
    path: 'forgot',
    title: 'Forgot your password?',
    loadComponent: () => import('./forgot').then((module) => module.Forgot),
  },
  {
    path: 'reset-password',
    title: 'New password',
    ...mailed,
    loadComponent: () => import('./reset-password').then((module) => module.ResetPassword),
  },
  {
    path: 'verify-email',
    title: 'Confirm your e-mail',
    ...mailed,
    loadComponent: () => import('./verify-email').then((module) => module.VerifyEmail),
  },
  {
    path: 'invitation',
    title: 'Invitation',
    ...mailed,
    loadComponent: () => import('./invitation').then((module) => module.Invitation),
  },
  {
    path: 'goodbye',
    title: 'Goodbye',
    loadComponent: () => import('./goodbye').then((module) => module.Goodbye),
  },
];
