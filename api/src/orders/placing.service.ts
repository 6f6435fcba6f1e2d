import { randomBytes, randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OrderLine, PlaceOrder } from '@qc/contracts';
import { type ClientSession, Types } from 'mongoose';
import type { ProductRecord } from '../catalog/product.schema';
import { ProductsRepository } from '../catalog/products.repository';
import type { StoreRecord } from '../catalog/store.schema';
import type { EventFact } from '../outbox/event.schema';
import { OutboxRepository } from '../outbox/outbox.repository';
import { Clock } from '../platform/clock';
import { Problem } from '../platform/http/problem';
import { isDuplicateKey } from '../platform/mongo/duplicate-key';
import { GroupCommit } from '../platform/mongo/group-commit';
import { Transactions } from '../platform/mongo/transactions';
import { type Basket, BasketService } from './basket.service';
import type { Command } from './command';
import { CommandLog, type Outcome } from './command-log';
import { lineTotal, priceBasket, tripPay } from './domain/pricing';
import { automaticSteps, eventTypeOf } from './domain/transitions';
import { OrderAccounts } from './order-accounts.service';
import { orderEvent } from './order.events';
import { newOrderNumber } from './order-number';
import type { HistoryRecord, OrderItemRecord, OrderRecord } from './order.schema';
import { OrdersRepository } from './orders.repository';

const NUMBER_TRIES = 5;
/** One group at a time: orders of the same product would only fight each other. */
const TOGETHER = { size: 32, atOnce: 1 };

/** What is settled before the transaction: the same whenever that runs again. */
interface Placing {
  readonly request: PlaceOrder;
  readonly basket: Basket;
  readonly command: Command;
  /** `X-Test-Payment`. */
  readonly instruction?: string;
  readonly identity: Pick<OrderRecord, '_id' | 'number' | 'trackingToken' | 'deliveryCode'>;
}

type Placed = Placing & { readonly order: OrderRecord };

/** Placing: stock, order, books and events in one transaction, which orders that come at the same moment share. */
@Injectable()
export class PlacingService {
  private readonly line: GroupCommit<Placing, OrderRecord>;

  constructor(
    private readonly baskets: BasketService,
    private readonly products: ProductsRepository,
    private readonly orders: OrdersRepository,
    private readonly accounts: OrderAccounts,
    private readonly outbox: OutboxRepository,
    private readonly log: CommandLog,
    private readonly clock: Clock,
    transactions: Transactions,
  ) {
    this.line = new GroupCommit(transactions, (placings, session) => this.write(placings, session), TOGETHER);
  }

  /** @throws PRODUCT_NOT_FOUND, OUT_OF_STOCK, OUT_OF_DELIVERY_AREA, STORE_CLOSED */
  async place(request: PlaceOrder, command: Command, instruction?: string): Promise<OrderRecord> {
    const basket = await this.openBasket(request);
    for (let attempt = 1; ; attempt += 1) {
      const identity = newIdentity(basket.store);
      try {
        return await this.line.add({ request, basket, command, identity, ...(instruction && { instruction }) });
      } catch (error) {
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

  /** First come, first served: whoever finds too little left gets nothing, and takes nothing from those behind. */
  private async write(placings: readonly Placing[], session: ClientSession): Promise<(OrderRecord | Problem)[]> {
    const stock = await this.readStock(placings, session);
    const sold = new Map<string, number>();
    const outcomes = placings.map((placing): Placed | Problem => {
      const { lines } = placing.basket;
      const short = shortage(lines, stock);
      if (short) return short;
      for (const { productId, quantity } of lines) {
        stock.get(productId)!.stock -= quantity;
        sold.set(productId, (sold.get(productId) ?? 0) + quantity);
      }
      const items = lines.map(({ productId, quantity }) => itemOf(stock.get(productId)!, quantity));
      return { ...placing, order: this.draft(placing, items) };
    });
    const placed = outcomes.filter((outcome): outcome is Placed => !(outcome instanceof Problem));
    if (placed.length) {
      await this.products.take(sold, session);
      await this.insert(placed, session);
    }
    return outcomes.map((outcome) => (outcome instanceof Problem ? outcome : outcome.order));
  }

  /** Read in the transaction: whoever else sells of it meanwhile makes this one begin again. */
  private async readStock(placings: readonly Placing[], session: ClientSession): Promise<Map<string, ProductRecord>> {
    const ids = placings.flatMap(({ basket }) => basket.lines.map(({ productId }) => productId));
    const products = await this.products.forSale([...new Set(ids)], session);
    return new Map(products.map((product) => [product._id.toHexString(), product]));
  }

  private async insert(placed: readonly Placed[], session: ClientSession): Promise<void> {
    await this.orders.insert(
      placed.map(({ order }) => order),
      session,
    );
    await this.accounts.placed(placed, session);
    await this.log.noteAll(
      placed.map(({ command, order }) => [command, outcomeOf(order)] as const),
      session,
    );
    await this.outbox.append(
      placed.flatMap(({ order }) => eventsOf(order)),
      session,
    );
  }

  private draft({ request, basket, command, identity }: Placing, items: OrderItemRecord[]): OrderRecord {
    const { store, distanceMeters } = basket;
    const now = this.clock.now();
    const customerId = new Types.ObjectId(command.actor.id);
    const history = this.openingMoves(request, store, customerId, now);
    const last = history.at(-1)!;
    return {
      ...identity,
      version: last.seq,
      status: last.status,
      currency: store.currency,
      customerId,
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
      rating: null,
      history,
    };
  }

  /** `pending`, and as far as the store goes by itself; what is paid first waits for the payment. */
  private openingMoves(
    { paymentMethod }: PlaceOrder,
    store: StoreRecord,
    customerId: Types.ObjectId,
    at: Date,
  ): HistoryRecord[] {
    const steps = paymentMethod === 'cash' ? automaticSteps('pending', store.settings) : [];
    const placed: HistoryRecord = {
      seq: 1,
      status: 'pending',
      at,
      by: { id: customerId, role: 'customer' },
    };
    const moved = steps.map((status, index): HistoryRecord => ({ seq: index + 2, status, at, by: { role: 'system' } }));
    return [placed, ...moved];
  }
}

/** The first line that cannot be sold whole. */
function shortage(lines: readonly OrderLine[], stock: ReadonlyMap<string, ProductRecord>): Problem | undefined {
  for (const [index, { productId, quantity }] of lines.entries()) {
    const product = stock.get(productId);
    if (!product) return new Problem('PRODUCT_NOT_FOUND', undefined, { productId });
    if (product.stock < quantity) return outOfStock(product, `items[${index}].quantity`);
  }
  return undefined;
}

function outOfStock({ _id, name, stock }: ProductRecord, path: string): Problem {
  const message = stock ? `only ${stock} of ${name} left` : `${name} is sold out`;
  const productId = _id.toHexString();
  return new Problem('OUT_OF_STOCK', message, { errors: [{ path, message }], productId, available: stock });
}

function newIdentity({ settings }: StoreRecord): Placing['identity'] {
  return {
    _id: new Types.ObjectId(),
    number: newOrderNumber(),
    trackingToken: randomBytes(16).toString('base64url'),
    deliveryCode: settings.deliveryProof === 'code' ? String(randomInt(10_000)).padStart(4, '0') : null,
  };
}

/** An order that is paid first has its answer when the provider has spoken. */
function outcomeOf({ _id, version, paymentMethod }: OrderRecord): Outcome {
  return { orderId: _id, seq: version, ...(paymentMethod !== 'cash' && { open: true }) };
}

/** One for each step that the order has already made. */
function eventsOf(order: OrderRecord): EventFact[] {
  return order.history.map(({ seq, status }) => ({
    ...orderEvent(eventTypeOf('pending', status), { ...order, version: seq, status }),
    subject: order,
  }));
}

function itemOf({ _id, name, imageUrl, price }: ProductRecord, quantity: number): OrderItemRecord {
  const line = { unitPrice: price, quantity };
  return { productId: _id, name, ...(imageUrl && { imageUrl }), ...line, total: lineTotal(line) };
}
