import { TestBed } from '@angular/core/testing';
import type { Product, ProductPage, ProductQuery } from '@qc/contracts';
import { CatalogApi } from '../../core/catalog-api';
import { ProblemError } from '../../core/problem';
import { CatalogStore } from './catalog-store';

function page(names: string[], nextCursor: string | null = null): ProductPage {
  return { items: names.map((name) => ({ id: name, name }) as Product), nextCursor };
}

function setUp() {
  const api = {
    categories: () => Promise.resolve([]),
    products: jest.fn((_query: ProductQuery): Promise<ProductPage> => Promise.resolve(page([]))),
  };
  TestBed.configureTestingModule({ providers: [CatalogStore, { provide: CatalogApi, useValue: api }] });
  const store = TestBed.inject(CatalogStore);
  return { api, store, names: () => store.products().map(({ name }) => name) };
}

describe('CatalogStore', () => {
  it('shows only the answer to the last question, however they arrive', async () => {
    const { api, store, names } = setUp();
    let late!: (found: ProductPage) => void;
    api.products.mockReturnValueOnce(new Promise<ProductPage>((resolve) => (late = resolve)));
    const first = store.show({ search: 'mi', sort: 'popular' });
    api.products.mockResolvedValueOnce(page(['Milk']));
    await store.show({ search: 'milk', sort: 'popular' });
    late(page(['Mint lemonade', 'Milk']));
    await first;
    expect(names()).toEqual(['Milk']);
  });

  it('adds page after page until the last', async () => {
    const { api, store, names } = setUp();
    api.products.mockResolvedValueOnce(page(['Milk'], 'c1')).mockResolvedValueOnce(page(['Curd'], null));
    await store.show({ sort: 'popular' });
    await Promise.all([store.more(), store.more()]);
    await store.more();
    expect(names()).toEqual(['Milk', 'Curd']);
    expect(api.products.mock.calls.map(([{ cursor }]) => cursor)).toEqual([undefined, 'c1']);
  });

  it('drops a page of a list that is no longer looked at', async () => {
    const { api, store, names } = setUp();
    api.products.mockResolvedValueOnce(page(['Milk'], 'c1'));
    await store.show({ sort: 'popular' });
    let late!: (found: ProductPage) => void;
    api.products.mockReturnValueOnce(new Promise<ProductPage>((resolve) => (late = resolve)));
    const more = store.more();
    api.products.mockResolvedValueOnce(page(['Bread']));
    await store.show({ category: 'Bakery', sort: 'popular' });
    late(page(['Curd']));
    await more;
    expect(names()).toEqual(['Bread']);
  });

  it('keeps the shelf for who comes straight back', async () => {
    const { api, store, names } = setUp();
    api.products.mockResolvedValueOnce(page(['Milk']));
    await store.show({ sort: 'popular' });
    await store.show({ sort: 'popular' });
    expect([names(), api.products.mock.calls.length]).toEqual([['Milk'], 1]);
  });

  it('asks again after a failure', async () => {
    const { api, store, names } = setUp();
    api.products.mockRejectedValueOnce(new ProblemError('OFFLINE'));
    await store.show({ sort: 'popular' });
    expect(store.error()).toBeDefined();
    api.products.mockResolvedValueOnce(page(['Milk']));
    await store.show({ sort: 'popular' });
    expect([names(), store.error()]).toEqual([['Milk'], undefined]);
  });

  it('keeps what is there when the next page cannot be had', async () => {
    const { api, store, names } = setUp();
    api.products.mockResolvedValueOnce(page(['Milk'], 'c1')).mockRejectedValueOnce(new ProblemError('OFFLINE'));
    await store.show({ sort: 'popular' });
    await store.more();
    expect(names()).toEqual(['Milk']);
    expect([store.error(), store.moreError()]).toEqual([undefined, expect.any(String)]);
  });
});
