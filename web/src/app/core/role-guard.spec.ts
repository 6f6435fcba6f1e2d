import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import type { Role } from '@qc/contracts';
import { forRole, home, signedOut } from './role-guard';
import { SessionStore } from './session-store';

@Component({ selector: 'qc-page', template: '' })
class Page {}

async function visit(url: string, role?: Role): Promise<string> {
  TestBed.configureTestingModule({
    providers: [
      provideRouter([
        { path: '', pathMatch: 'full', canActivate: [home], children: [] },
        { path: 'sign-in', canActivate: [signedOut], component: Page },
        { path: 'partner', canMatch: [forRole('partner')], children: [{ path: '**', component: Page }] },
        { path: 'admin', canMatch: [forRole('admin')], component: Page },
        { path: 'shop', component: Page },
        { path: 'orders/:id', canMatch: [forRole('customer')], component: Page },
      ]),
      { provide: SessionStore, useValue: { role: signal(role) } },
    ],
  });
  await (await RouterTestingHarness.create()).navigateByUrl(url);
  return TestBed.inject(Router).url;
}

describe('role guards', () => {
  it.each([
    ['customer', '/shop'],
    ['partner', '/partner'],
    ['admin', '/admin'],
    [undefined, '/shop'],
  ] as const)('bring a %s from the start to %s', async (role, page) => {
    expect(await visit('/', role)).toBe(page);
  });

  it('let a role into its own portal', async () => {
    expect(await visit('/partner/earnings', 'partner')).toBe('/partner/earnings');
  });

  it('ask a stranger to sign in, and remember where they wanted to go', async () => {
    expect(await visit('/orders/42')).toBe('/sign-in?next=%2Forders%2F42');
  });

  it('bring somebody of another role home', async () => {
    expect(await visit('/admin', 'partner')).toBe('/partner');
  });

  it('keep who is signed in away from the sign-in page', async () => {
    expect(await visit('/sign-in', 'customer')).toBe('/shop');
  });
});
