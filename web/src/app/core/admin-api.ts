import { HttpClient } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import type {
  DashboardData,
  LiveStats,
  Order,
  OrderPage,
  PartnerSummaryPage,
  SettingsView,
  UpdateSettings,
  User,
  UserAnswer,
} from '@qc/contracts';
import { firstValueFrom, map } from 'rxjs';
import { queryOf } from './query';

export interface AdminOrderQuery {
  /** One status or several, comma-separated. */
  status?: string;
  partnerId?: string;
  q?: string;
  limit?: number;
  cursor?: string;
}

/** Every call rejects with a `ProblemError`. */
@Service()
export class AdminApi {
  private readonly http = inject(HttpClient);

  orders(query: AdminOrderQuery): Promise<OrderPage> {
    return firstValueFrom(this.http.get<OrderPage>('/api/admin/orders', { params: queryOf({ ...query }) }));
  }

  partners(cursor?: string): Promise<PartnerSummaryPage> {
    return firstValueFrom(
      this.http.get<PartnerSummaryPage>('/api/admin/delivery-partners', { params: queryOf({ limit: 100, cursor }) }),
    );
  }

  liveStats(): Promise<LiveStats> {
    return firstValueFrom(this.http.get<LiveStats>('/api/admin/live-stats'));
  }

  dashboard(): Promise<DashboardData> {
    return firstValueFrom(this.http.get<DashboardData>('/api/admin/dashboard-data'));
  }

  assign(orderId: string, partnerId: string): Promise<Order> {
    return firstValueFrom(this.http.put<Order>(`/api/admin/orders/${orderId}/assign`, { partnerId }));
  }

  unassign(orderId: string, reason: string): Promise<Order> {
    return firstValueFrom(this.http.put<Order>(`/api/admin/orders/${orderId}/unassign`, { reason }));
  }

  setActive(userId: string, active: boolean): Promise<User> {
    return firstValueFrom(
      this.http.put<UserAnswer>(`/api/admin/users/${userId}/active`, { active }).pipe(map(({ user }) => user)),
    );
  }

  settings(): Promise<SettingsView> {
    return firstValueFrom(this.http.get<SettingsView>('/api/admin/settings'));
  }

  updateSettings(change: UpdateSettings): Promise<SettingsView> {
    return firstValueFrom(this.http.put<SettingsView>('/api/admin/settings', change));
  }
}
