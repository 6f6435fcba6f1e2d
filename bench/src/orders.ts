import type { Order, Product } from '@qc/contracts';
import { measure, type Pair, type Round } from './figures.ts';
import type { Floor, Written } from './floor.ts';
import { accept, type Person, place, type Shop } from './shop.ts';

/** Requests under way at once: a city's busy minute, and well below what the pool takes. */
const AT_ONCE = 32;

/** Orders of a busy shop, measured against the bare driver. */
export class OrderPaths {
  private readonly floor: Floor;
  private readonly customers: Person[];
  private readonly partners: Person[];
  private readonly products: Product[];

  private constructor(floor: Floor, customers: Person[], partners: Person[], products: Product[]) {
    this.floor = floor;
    this.customers = customers;
    this.partners = partners;
    this.products = products;
  }

  /** @param count most orders of a round: as many partners, for each carries one */
  static async prepare(shop: Shop, floor: Floor, count: number): Promise<OrderPaths> {
    const [customers, partners, products] = [
      await shop.people('customer', AT_ONCE),
      await shop.people('partner', count),
      await shop.products(200),
    ];
    await floor.copy(
      'products',
      products.map(({ id }) => id),
    );
    await floor.copy(
      'partners',
      partners.map(({ id }) => id),
    );
    return new OrderPaths(floor, customers, partners, products);
  }

  /** Every partner takes one order, all of them a minute's rush. */
  async accept(count: number): Promise<Pair> {
    const orders = await this.placeMany(count);
    const ids = orders.map(({ id }) => id);
    await this.floor.freePartners();
    await this.floor.copy('orders', ids);
    const ours = await measure(
      ids.map((id, index) => async () => void (await accept(this.partners[index]!, id))),
      AT_ONCE,
    );
    const written = await this.floor.written(ids, 5);
    return { ours, floor: await this.replay(written, (one) => this.floor.accept(one)) };
  }

  /** Each order of another product. */
  placeSpread(count: number): Promise<Pair> {
    return this.place(count, (index) => this.products[index % this.products.length]!);
  }

  /** All of one product. */
  placeHot(count: number): Promise<Pair> {
    return this.place(count, () => this.products[0]!);
  }

  private async place(count: number, productOf: (index: number) => Product): Promise<Pair> {
    const ids: string[] = [];
    const ours = await measure(
      Array.from({ length: count }, (_, index) => async () => {
        ids.push((await place(this.customers[index % AT_ONCE]!, productOf(index).id)).id);
      }),
      AT_ONCE,
    );
    const written = await this.floor.written(ids, 1);
    return { ours, floor: await this.replay(written, (one) => this.floor.place(one)) };
  }

  private replay(written: readonly Written[], write: (one: Written) => Promise<void>): Promise<Round> {
    return measure(
      written.map((one) => () => write(one)),
      AT_ONCE,
    );
  }

  private async placeMany(count: number): Promise<Order[]> {
    const orders: Order[] = [];
    await measure(
      Array.from({ length: count }, (_, index) => async () => {
        const product = this.products[index % this.products.length]!;
        orders.push(await place(this.customers[index % AT_ONCE]!, product.id));
      }),
      AT_ONCE,
    );
    return orders;
  }
}
