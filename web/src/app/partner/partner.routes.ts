import type { Routes } from '@angular/router';
import { provideRealtime } from '../core/realtime';
import { NewOrderAlert } from './new-order-alert';
import { OffersStore } from './offers-store';
import { PartnerLayout } from './partner-layout';
import { PartnerStore } from './partner-store';
import { PositionSharing } from './position-sharing';

export const partnerRoutes: Routes = [
  {
    path: '',
    component: PartnerLayout,
    providers: [provideRealtime(), PartnerStore, OffersStore, PositionSharing, NewOrderAlert],
    children: [
      {
        path: '',
        pathMatch: 'full',
        title: 'Deliveries',
        loadComponent: () => import('./orders/deliveries').then((module) => module.Deliveries),
      },
      {
        path: 'earnings',
        title: 'Earnings',
        loadComponent: () => import('./earnings/earnings-page').then((module) => module.EarningsPage),
      },
      {
        path: 'profile',
        title: 'Profile',
        loadComponent: () => import('./profile/partner-profile').then((module) => module.PartnerProfile),
      },
    ],
  },
];
