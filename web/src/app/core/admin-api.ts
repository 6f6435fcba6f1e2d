import { HttpClient } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import type {
  AuditPage,
  AuditQuery,
  DashboardData,
  Invitation,
  InvitationPage,
  LiveStats,
  Order,
  OrderPage,
  PartnerSummaryPage,
  SecuritySettings,
  SettingsView,
  StaffPage,
  UpdateSecuritySettings,
  UpdateSettings,
  User,
  UserAnswer,
} from '@qc/contracts';
import { firstValueFrom, map } from 'rxjs';
import { ifMatch } from './if-match';
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

  /** With a `version`, only while the order is at it: else VERSION_MISMATCH. So with `unassign`. */
  assign(orderId: string, partnerId: string, version?: number): Promise<Order> {
    return firstValueFrom(
      this.http.put<Order>(`/api/admin/orders/${orderId}/assign`, { partnerId }, { headers: ifMatch(version) }),
    );
  }

  unassign(orderId: string, reason: string, version?: number): Promise<Order> {
    return firstValueFrom(
      this.http.put<Order>(`/api/admin/orders/${orderId}/unassign`, { reason }, { headers: ifMatch(version) }),
    );
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

  security(): Promise<SecuritySettings> {
    return firstValueFrom(this.http.get<SecuritySettings>('/api/admin/security'));
  }

  updateSecurity(change: UpdateSecuritySettings): Promise<SecuritySettings> {
    return firstValueFrom(this.http.put<SecuritySettings>('/api/admin/security', change));
  }

  approve(partnerId: string, approved: boolean): Promise<User> {
    return firstValueFrom(
      this.http
        .put<UserAnswer>(`/api/admin/delivery-partners/${partnerId}/approval`, { approved })
        .pipe(map(({ user }) => user)),
    );
  }

  /** Whom a customer was is gone for good; `password` is the admin's own. */
  eraseUser(userId: string, password: string): Promise<void> {
    return firstValueFrom(this.http.post<void>(`/api/admin/users/${userId}/erasure`, { password }));
  }

  staff(cursor?: string): Promise<StaffPage> {
    return firstValueFrom(this.http.get<StaffPage>('/api/admin/staff', { params: queryOf({ limit: 100, cursor }) }));
  }

  invitations(cursor?: string): Promise<InvitationPage> {
    return firstValueFrom(
      this.http.get<InvitationPage>('/api/admin/invitations', { params: queryOf({ limit: 100, cursor }) }),
    );
  }

  invite(email: string): Promise<Invitation> {
    return firstValueFrom(this.http.post<Invitation>('/api/admin/invitations', { email }));
  }

  takeBackInvitation(id: string): Promise<void> {
    return firstValueFrom(this.http.delete<void>(`/api/admin/invitations/${id}`));
  }

  audit(query: AuditQuery): Promise<AuditPage> {
    return firstValueFrom(this.http.get<AuditPage>('/api/admin/audit', { params: queryOf({ ...query }) }));
  }
}
