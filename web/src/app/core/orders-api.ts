import { HttpClient } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import type {
  CancellationTerms,
  MoveOrder,
  Order,
  OrderPage,
  PlaceOrder,
  Quote,
  QuoteRequest,
  Rating,
  TrackedOrder,
} from '@qc/contracts';
import { firstValueFrom } from 'rxjs';
import { ifMatch } from './if-match';
import { queryOf } from './query';

/** Every call rejects with a `ProblemError`. */
@Service()
export class OrdersApi {
  private readonly http = inject(HttpClient);

  quote(request: QuoteRequest): Promise<Quote> {
    return firstValueFrom(this.http.post<Quote>('/api/orders/quote', request));
  }

  /** The same key again gets the first answer, so that a second tap never orders twice. */
  place(request: PlaceOrder, idempotencyKey: string): Promise<Order> {
    const headers = { 'Idempotency-Key': idempotencyKey };
    return firstValueFrom(this.http.post<Order>('/api/orders', request, { headers }));
  }

  list(query: { status?: string; limit?: number; cursor?: string }): Promise<OrderPage> {
    return firstValueFrom(this.http.get<OrderPage>('/api/orders', { params: queryOf(query) }));
  }

  unassigned(cursor?: string): Promise<OrderPage> {
    return firstValueFrom(
      this.http.get<OrderPage>('/api/orders/unassigned', { params: queryOf({ limit: 100, cursor }) }),
    );
  }

  read(id: string): Promise<Order> {
    return firstValueFrom(this.http.get<Order>(`/api/orders/${id}`));
  }

  /** With a `version`, only while the order is at it: else VERSION_MISMATCH. */
  move(id: string, move: MoveOrder, version?: number): Promise<Order> {
    return firstValueFrom(this.http.put<Order>(`/api/orders/${id}/status`, move, { headers: ifMatch(version) }));
  }

  cancellation(id: string): Promise<CancellationTerms> {
    return firstValueFrom(this.http.get<CancellationTerms>(`/api/orders/${id}/cancellation`));
  }

  cancel(id: string, reason?: string): Promise<Order> {
    return firstValueFrom(this.http.post<Order>(`/api/orders/${id}/cancel`, reason ? { reason } : {}));
  }

  rate(id: string, rating: Rating): Promise<Order> {
    return firstValueFrom(this.http.post<Order>(`/api/orders/${id}/rating`, rating));
  }

  /** Places the same basket again, to the same door. The key as with `place`. */
  reorder(id: string, idempotencyKey: string): Promise<Order> {
    const headers = { 'Idempotency-Key': idempotencyKey };
    return firstValueFrom(this.http.post<Order>(`/api/orders/${id}/reorder`, {}, { headers }));
  }

  track(token: string): Promise<TrackedOrder> {
    return firstValueFrom(this.http.get<TrackedOrder>(`/api/track/${encodeURIComponent(token)}`));
  }
}
