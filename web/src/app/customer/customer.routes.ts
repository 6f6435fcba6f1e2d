import type { Routes } from '@angular/router';
import { provideRealtime } from '../core/realtime';
import { forRole } from '../core/role-guard';
import { CustomerLayout } from './customer-layout';
import { Notifications } from './notifications';
import { CatalogStore } from './shop/catalog-store';

/** The shop and the cart are open to anybody; what is somebody's own asks who that is. */
export const customerRoutes: Routes = [
  {
    path: '',
    component: CustomerLayout,
    providers: [provideRealtime(), CatalogStore, Notifications],
    children: [
      { path: 'shop', title: 'Shop', loadComponent: () => import('./shop/shop').then((module) => module.Shop) },
      { path: 'cart', title: 'Cart', loadComponent: () => import('./cart/cart').then((module) => module.Cart) },
      {
        path: 'checkout',
        title: 'Checkout',
        canMatch: [forRole('customer')],
        loadComponent: () => import('./checkout/checkout').then((module) => module.Checkout),
      },
      {
        path: 'orders',
        title: 'Your orders',
        canMatch: [forRole('customer')],
        loadComponent: () => import('./orders/order-list').then((module) => module.OrderList),
      },
      {
        path: 'orders/:id',
        title: 'Your order',
        canMatch: [forRole('customer')],
        loadComponent: () => import('./orders/order-page').then((module) => module.OrderPage),
      },
      {
        path: 'profile',
        title: 'Profile',
        canMatch: [forRole('customer')],
        loadComponent: () => import('./profile/profile').then((module) => module.Profile),
      },
    ],
  },
];
