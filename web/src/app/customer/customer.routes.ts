import type { Routes } from '@angular/router';

export const customerRoutes: Routes = [];
