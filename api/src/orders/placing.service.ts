import { createHash, randomBytes, randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OrderLine, PlaceOrder } from '@qc/contracts';
import { type ClientSession, Types } from 'mongoose';
import type { Actor } from '../auth/actor';
import type { ProductRecord } from '../catalog/product.schema';
import { ProductsRepository } from '../catalog/products.repository';
import type { StoreRecord } from '../catalog/store.schema';
import { OutboxRepository } from '../outbox/outbox.repository';
import { Clock } from '../platform/clock';
import { Problem } from '../platform/http/problem';
import { isDuplicateKey } from '../platform/mongo/duplicate-key';
import { Transactions } from '../platform/mongo/transactions';
import { type Basket, BasketService } from './basket.service';
import { lineTotal, priceBasket, tripPay } from './domain/pricing';
import { automaticSteps, eventTypeOf } from './domain/transitions';
import { orderEvent } from './order.events';
import { newOrderNumber } from './order-number';
import type { HistoryRecord, OrderItemRecord, OrderRecord } from './order.schema';
import { OrdersRepository } from './orders.repository';

const NUMBER_TRIES = 5;

/** `replayed`: the key had placed it before, nothing was written now. */
export interface Placed {
  order: OrderRecord;
  replayed: boolean;
}

/** Placing: stock, order and events in one transaction. */
@Injectable()
export class PlacingService {
  constructor(
    private readonly baskets: BasketService,
    private readonly products: ProductsRepository,
    private readonly orders: OrdersRepository,
    private readonly outbox: OutboxRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * With a key, the same request again gets the order that it placed the first time.
   * @throws PRODUCT_NOT_FOUND, OUT_OF_STOCK, OUT_OF_DELIVERY_AREA, STORE_CLOSED, IDEMPOTENCY_KEY_REUSED
   */
  async place(request: PlaceOrder, customer: Actor, key?: string): Promise<Placed> {
    const stamp = key === undefined ? undefined : { key, hash: hashOf(request) };
    const before = stamp && (await this.earlier(customer, stamp));
    if (before) return { order: before, replayed: true };
    const basket = await this.openBasket(request);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const order = await this.transactions.run((session) => this.write(request, basket, customer, stamp, session));
        return { order, replayed: false };
      } catch (error) {
        const order = await this.placedMeanwhile(error, customer, stamp);
        if (order) return { order, replayed: true };
        if (!isDuplicateKey(error, 'number') || attempt === NUMBER_TRIES) throw error;
      }
    }
  }

  private async openBasket({ items, deliveryAddress, customerLocation }: PlaceOrder): Promise<Basket> {
    const basket = await this.baskets.open(items, deliveryAddress.location ?? customerLocation);
    const { store, deliverable, distanceMeters } = basket;
    if (!store.open) throw new Problem('STORE_CLOSED');
    if (!deliverable) throw new Problem('OUT_OF_DELIVERY_AREA', undefined, { distanceMeters });
    return basket;
  }

  /** The order that this key has already placed. @throws IDEMPOTENCY_KEY_REUSED when it was sent with something else */
  private async earlier(
    customer: Actor,
    { key, hash }: NonNullable<OrderRecord['request']>,
  ): Promise<OrderRecord | null> {
    const order = await this.orders.byRequestKey(customer.id, key);
    if (order && order.request?.hash !== hash) throw new Problem('IDEMPOTENCY_KEY_REUSED');
    return order;
  }

  /** The order of the same key that was a moment quicker, if that is what the error says. */
  private async placedMeanwhile(
    error: unknown,
    customer: Actor,
    stamp: OrderRecord['request'],
  ): Promise<OrderRecord | null> {
    return stamp && isDuplicateKey(error, 'request.key') ? this.earlier(customer, stamp) : null;
  }

  private async write(
    request: PlaceOrder,
    basket: Basket,
    customer: Actor,
    stamp: OrderRecord['request'],
    session: ClientSession,
  ): Promise<OrderRecord> {
    const items = await this.takeStock(basket, session);
    const order = { ...this.draft(request, basket, items, customer), ...(stamp && { request: stamp }) };
    await this.orders.insert(order, session);
    const at = (entry: HistoryRecord): OrderRecord => ({ ...order, version: entry.seq, status: entry.status });
    const events = order.history.map((entry) => orderEvent(eventTypeOf('pending', entry.status), at(entry)));
    await this.outbox.append(events, session);
    return order;
  }

  /** All or nothing, always in the same order, so that crosswise baskets wait for each other instead of blocking. */
  private async takeStock({ lines, products }: Basket, session: ClientSession): Promise<OrderItemRecord[]> {
    const taken = new Map<string, ProductRecord>();
    for (const line of [...lines].sort((a, b) => (a.productId < b.productId ? -1 : 1))) {
      const product = await this.products.take(new Types.ObjectId(line.productId), line.quantity, session);
      if (!product) throw await this.outOfStock(line, lines, session);
      taken.set(line.productId, product);
    }
    return lines.map(({ productId, quantity }) => itemOf(taken.get(productId) ?? products.get(productId)!, quantity));
  }

  private async outOfStock(line: OrderLine, lines: readonly OrderLine[], session: ClientSession): Promise<Problem> {
    const [product] = await this.products.forSale([line.productId], session);
    if (!product) return new Problem('PRODUCT_NOT_FOUND', undefined, { productId: line.productId });
    const path = `items[${lines.indexOf(line)}].quantity`;
    const message = product.stock ? `only ${product.stock} of ${product.name} left` : `${product.name} is sold out`;
    return new Problem('OUT_OF_STOCK', message, {
      errors: [{ path, message }],
      productId: line.productId,
      available: product.stock,
    });
  }

  private draft(
    request: PlaceOrder,
    { store, distanceMeters }: Basket,
    items: OrderItemRecord[],
    customer: Actor,
  ): OrderRecord {
    const now = this.clock.now();
    const history = this.openingMoves(request, store, customer, now);
    const last = history.at(-1)!;
    return {
      _id: new Types.ObjectId(),
      number: newOrderNumber(),
      version: last.seq,
      status: last.status,
      currency: store.currency,
      customerId: new Types.ObjectId(customer.id),
      partnerId: null,
      storeId: store._id,
      items,
      ...priceBasket(items, store.settings, request.tip),
      paymentMethod: request.paymentMethod,
      paymentStatus: 'pending',
      deliveryAddress: { ...request.deliveryAddress },
      lock: null,
      ...(request.note && { note: request.note }),
      ...(distanceMeters !== undefined && { distanceMeters }),
      tripPay: tripPay(distanceMeters, store.settings),
      reason: null,
      placedAt: now,
      updatedAt: now,
      deliveredAt: null,
      trackingToken: randomBytes(16).toString('base64url'),
      deliveryCode: store.settings.deliveryProof === 'code' ? String(randomInt(10_000)).padStart(4, '0') : null,
      rating: null,
      history,
    };
  }

  /** `pending`, and as far as the store goes by itself; what is paid first waits for the payment. */
  private openingMoves({ paymentMethod }: PlaceOrder, store: StoreRecord, customer: Actor, at: Date): HistoryRecord[] {
    const steps = paymentMethod === 'cash' ? automaticSteps('pending', store.settings) : [];
    const placed: HistoryRecord = {
      seq: 1,
      status: 'pending',
      at,
      by: { id: new Types.ObjectId(customer.id), role: 'customer' },
    };
    const moved = steps.map((status, index): HistoryRecord => ({ seq: index + 2, status, at, by: { role: 'system' } }));
    return [placed, ...moved];
  }
}

function itemOf({ _id, name, imageUrl, price }: ProductRecord, quantity: number): OrderItemRecord {
  const line = { unitPrice: price, quantity };
  return { productId: _id, name, ...(imageUrl && { imageUrl }), ...line, total: lineTotal(line) };
}

function hashOf(request: PlaceOrder): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url');
}
