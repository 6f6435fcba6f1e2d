import type { Routes } from '@angular/router';
import { provideRealtime } from '../core/realtime';
import { AdminFeed } from './admin-feed';
import { AdminLayout } from './admin-layout';
import { PartnersStore } from './partners/partners-store';
import { StaffStore } from './staff/staff-store';

export const adminRoutes: Routes = [
  {
    path: '',
    component: AdminLayout,
    providers: [provideRealtime(), AdminFeed, PartnersStore, StaffStore],
    children: [
      {
        path: '',
        pathMatch: 'full',
        title: 'Board',
        loadComponent: () => import('./board/board').then((module) => module.Board),
      },
      {
        path: 'orders',
        title: 'Orders',
        loadComponent: () => import('./orders/orders-page').then((module) => module.OrdersPage),
      },
      {
        path: 'orders/:id',
        title: 'Order',
        loadComponent: () => import('./orders/order-detail').then((module) => module.OrderDetail),
      },
      {
        path: 'partners',
        title: 'Partners',
        loadComponent: () => import('./partners/partners-page').then((module) => module.PartnersPage),
      },
      {
        path: 'products',
        title: 'Products',
        loadComponent: () => import('./products/products-page').then((module) => module.ProductsPage),
      },
      {
        path: 'staff',
        title: 'Team',
        loadComponent: () => import('./staff/staff-page').then((module) => module.StaffPage),
      },
      {
        path: 'audit',
        title: 'Audit',
        loadComponent: () => import('./audit/audit-page').then((module) => module.AuditPage),
      },
      {
        path: 'settings',
        title: 'Settings',
        loadComponent: () => import('./settings/settings-page').then((module) => module.SettingsPage),
      },
      {
        path: 'account',
        title: 'Your account',
        loadComponent: () => import('./account/account-page').then((module) => module.AccountPage),
      },
    ],
  },
];
