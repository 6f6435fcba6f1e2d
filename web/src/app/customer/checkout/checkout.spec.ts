import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import type { Order, OrderPage, PlaceOrder, Quote } from '@qc/contracts';
import { CatalogApi } from '../../core/catalog-api';
import { OrdersApi } from '../../core/orders-api';
import { ProblemError } from '../../core/problem';
import { SessionStore } from '../../core/session-store';
import { CartStore } from '../cart/cart-store';
import { Checkout } from './checkout';

const quote: Quote = {
  items: [],
  subtotal: 9000,
  deliveryFee: 2900,
  tax: 450,
  tip: 0,
  discount: 0,
  total: 12_350,
  currency: 'INR',
  eta: null,
  deliverable: true,
};
const settled = (milliseconds = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function open({ lastOrders = [] as Partial<Order>[], priced = quote } = {}) {
  const api = {
    list: () => Promise.resolve({ items: lastOrders, nextCursor: null } as unknown as OrderPage),
    quote: () => Promise.resolve(priced),
    place: jest.fn((_request: PlaceOrder, _key: string) => Promise.resolve({ id: 'o1' } as Order)),
  };
  TestBed.configureTestingModule({
    providers: [
      provideRouter([{ path: '**', children: [] }]),
      { provide: OrdersApi, useValue: api },
      { provide: CatalogApi, useValue: { stores: () => Promise.resolve([]) } },
      { provide: SessionStore, useValue: { role: signal('customer'), signedIn: signal(true) } },
    ],
  });
  const cart = TestBed.inject(CartStore);
  cart.setQuantity({ id: 'p1', name: 'Bananas', price: 4500, stock: 9 }, 2);
  const fixture = TestBed.createComponent(Checkout);
  const page = fixture.nativeElement as HTMLElement;
  fixture.detectChanges();
  await settled(250);
  await fixture.whenStable();
  return {
    api,
    cart,
    page,
    settle: async () => {
      await settled(10);
      await fixture.whenStable();
    },
    type: (label: string, text: string): void => {
      const id = [...page.querySelectorAll('label')].find(({ textContent }) => textContent.includes(label))!.htmlFor;
      const input = page.querySelector<HTMLInputElement>(`[id="${id}"]`)!;
      input.value = text;
      input.dispatchEvent(new Event('input'));
    },
    press: () => page.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true })),
    choose: (text: string): void => {
      const tile = [...page.querySelectorAll('label.choice')].find(({ textContent }) => textContent.includes(text))!;
      tile.querySelector('input')!.click();
    },
  };
}

describe('Checkout', () => {
  beforeEach(() => localStorage.clear());

  it('orders once, however often the button is pressed', async () => {
    const { api, type, press, settle, cart } = await open();
    type('Street', '5 Park Lane');
    press();
    press();
    await settle();
    expect(api.place).toHaveBeenCalledTimes(1);
    expect(cart.count()).toBe(0);
  });

  it('sends the same key when an answer got lost, so that the server knows it is the same order', async () => {
    const { api, type, press, settle, page } = await open();
    type('Street', '5 Park Lane');
    api.place.mockRejectedValueOnce(new ProblemError('OFFLINE'));
    press();
    await settle();
    expect(page.textContent).toContain('No connection to the shop');
    press();
    await settle();
    const keys = api.place.mock.calls.map(([, key]) => key);
    expect(keys.length).toBe(2);
    expect(keys[0]).toBe(keys[1]);
  });

  it('asks for a street before it asks the server', async () => {
    const { api, press, settle, page } = await open();
    press();
    await settle();
    expect(api.place).not.toHaveBeenCalled();
    expect(page.querySelector('[aria-invalid=true]')).not.toBeNull();
  });

  it('adds the tip to the price that the server named', async () => {
    const { choose, settle, page, type, press, api } = await open();
    choose('₹20');
    await settle();
    expect(page.textContent).toMatch(/Place order\s+· ₹143\.50/);
    type('Street', '5 Park Lane');
    press();
    await settle();
    expect(api.place.mock.calls[0]![0]).toMatchObject({ tip: 2000, paymentMethod: 'cash' });
  });

  it('cuts the cart to what is left, and says so', async () => {
    const { api, cart, type, press, settle, page } = await open();
    type('Street', '5 Park Lane');
    const errors = [{ path: 'items[0].quantity', message: 'only 1 of Bananas left' }];
    api.place.mockRejectedValueOnce(new ProblemError('OUT_OF_STOCK', { productId: 'p1', available: 1, errors }));
    press();
    await settle();
    expect(cart.orderLines()).toEqual([{ productId: 'p1', quantity: 1 }]);
    expect(page.textContent).toContain('only 1 of Bananas left');
  });

  it('does not let anybody order to where nobody delivers', async () => {
    const { page } = await open({ priced: { ...quote, deliverable: false } });
    expect(page.querySelector<HTMLButtonElement>('button[type=submit]')!.disabled).toBe(true);
    expect(page.textContent).toContain('We cannot deliver there');
  });

  it('knows the door of the last order, and keeps no address in the browser', async () => {
    const { page, press, settle, api } = await open({
      lastOrders: [{ deliveryAddress: { label: 'work', street: '27 Palm Avenue', city: 'Bengaluru' } }],
    });
    expect([...page.querySelectorAll('input')].map(({ value }) => value)).toContain('27 Palm Avenue');
    press();
    await settle();
    expect(api.place.mock.calls[0]![0].deliveryAddress).toMatchObject({ label: 'work', street: '27 Palm Avenue' });
    expect(JSON.stringify({ ...localStorage })).not.toContain('Palm');
  });
});
