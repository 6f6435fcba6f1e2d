import type { Routes } from '@angular/router';

export const partnerRoutes: Routes = [];
