import type { Routes } from '@angular/router';

export const trackingRoutes: Routes = [];
