import { HttpClient } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import type { DeliveryOrders, DeliveryStats, Earnings, Order, OrderLock } from '@qc/contracts';
import { firstValueFrom } from 'rxjs';
import { queryOf } from './query';

/** Every call rejects with a `ProblemError`. */
@Service()
export class DeliveryApi {
  private readonly http = inject(HttpClient);

  setAvailable(available: boolean): Promise<void> {
    return firstValueFrom(this.http.put<void>('/api/delivery/availability', { available }));
  }

  orders(): Promise<DeliveryOrders> {
    return firstValueFrom(this.http.get<DeliveryOrders>('/api/delivery/orders'));
  }

  stats(): Promise<DeliveryStats> {
    return firstValueFrom(this.http.get<DeliveryStats>('/api/delivery/stats'));
  }

  earnings(from?: string, to?: string): Promise<Earnings> {
    return firstValueFrom(this.http.get<Earnings>('/api/delivery/earnings', { params: queryOf({ from, to }) }));
  }

  lock(orderId: string): Promise<OrderLock> {
    return firstValueFrom(this.http.post<OrderLock>(`/api/delivery/${orderId}/lock`, {}));
  }

  unlock(orderId: string): Promise<void> {
    return firstValueFrom(this.http.delete<void>(`/api/delivery/${orderId}/lock`));
  }

  accept(orderId: string): Promise<Order> {
    return firstValueFrom(this.http.post<Order>(`/api/delivery/${orderId}/accept`, {}));
  }

  release(orderId: string, reason: string): Promise<Order> {
    return firstValueFrom(this.http.post<Order>(`/api/delivery/${orderId}/release`, { reason }));
  }
}
