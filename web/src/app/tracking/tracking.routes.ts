import type { Routes } from '@angular/router';
import { provideRealtime } from '../core/realtime';
import { TrackingPage } from './tracking-page';

export const trackingRoutes: Routes = [{ path: '', component: TrackingPage, providers: [provideRealtime()] }];
