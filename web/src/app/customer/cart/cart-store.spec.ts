import { TestBed } from '@angular/core/testing';
import { type CartProduct, CartStore } from './cart-store';

const bananas: CartProduct = { id: 'p1', name: 'Bananas', price: 4500, stock: 5 };
const milk: CartProduct = { id: 'p2', name: 'Milk', price: 7250, stock: 500 };

function open(): CartStore {
  TestBed.resetTestingModule();
  return TestBed.inject(CartStore);
}

describe('CartStore', () => {
  beforeEach(() => localStorage.clear());

  it('adds up in whole minor units', () => {
    const cart = open();
    cart.setQuantity(bananas, 2);
    cart.setQuantity(milk, 3);
    expect([cart.count(), cart.subtotal()]).toEqual([5, 2 * 4500 + 3 * 7250]);
    expect(cart.orderLines()).toEqual([
      { productId: 'p1', quantity: 2 },
      { productId: 'p2', quantity: 3 },
    ]);
  });

  it('never holds more than there is, nor more than an order may have', () => {
    const cart = open();
    cart.setQuantity(bananas, 9);
    cart.setQuantity(milk, 400);
    expect([cart.quantities().get('p1'), cart.quantities().get('p2')]).toEqual([5, 99]);
  });

  it('takes out what is set to nothing', () => {
    const cart = open();
    cart.setQuantity(bananas, 1);
    cart.setQuantity(bananas, 0);
    expect(cart.lines()).toEqual([]);
  });

  it('is cut to what the server says is left', () => {
    const cart = open();
    cart.setQuantity(bananas, 4);
    cart.setQuantity(milk, 1);
    cart.limit('p1', 2);
    cart.limit('p2', 0);
    expect(cart.orderLines()).toEqual([{ productId: 'p1', quantity: 2 }]);
  });

  it('survives a reload', () => {
    open().setQuantity(bananas, 2);
    expect(open().quantities().get('p1')).toBe(2);
  });

  it('follows another tab', () => {
    const cart = open();
    localStorage.setItem('qc.cart', JSON.stringify([{ product: milk, quantity: 2 }]));
    dispatchEvent(new StorageEvent('storage', { key: 'qc.cart' }));
    expect(cart.orderLines()).toEqual([{ productId: 'p2', quantity: 2 }]);
  });

  it.each(['{', 'null', '"x"', '[{"product":{"id":1}}]', '[null]'])(
    'starts empty when what was kept is broken: %s',
    (kept) => {
      localStorage.setItem('qc.cart', kept);
      expect(open().lines()).toEqual([]);
    },
  );
});
