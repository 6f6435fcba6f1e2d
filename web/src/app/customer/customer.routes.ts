import type { Routes } from '@angular/router';
import { provideRealtime } from '../core/realtime';
import { signedInAs } from '../core/role-guard';
import { CustomerLayout } from './customer-layout';
import { Notifications } from './notifications';

export const customerRoutes: Routes = [
  {
    path: '',
    component: CustomerLayout,
    providers: [provideRealtime(), Notifications],
    children: [
      { path: 'shop', title: 'Shop', loadComponent: () => import('./shop/shop').then((module) => module.Shop) },
      { path: 'cart', title: 'Cart', loadComponent: () => import('./cart/cart').then((module) => module.Cart) },
      {
        path: 'checkout',
        title: 'Checkout',
        canActivate: [signedInAs('customer')],
        loadComponent: () => import('./checkout/checkout').then((module) => module.Checkout),
      },
      {
        path: 'orders',
        title: 'Your orders',
        canActivate: [signedInAs('customer')],
        loadComponent: () => import('./orders/order-list').then((module) => module.OrderList),
      },
      {
        path: 'orders/:id',
        title: 'Your order',
        canActivate: [signedInAs('customer')],
        loadComponent: () => import('./orders/order-page').then((module) => module.OrderPage),
      },
      {
        path: 'profile',
        title: 'Profile',
        canActivate: [signedInAs('customer')],
        loadComponent: () => import('./profile/profile').then((module) => module.Profile),
      },
    ],
  },
];
