import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Category, type Page, type Product, PRODUCT_SORTS, type ProductPage, type Store } from '@qc/contracts';
import type { Answer, Client } from './support/client';
import { refusal } from './support/steps';
import { TestServer } from './support/test-server';

const PUBLIC_FOLDER = join(import.meta.dirname, '../../web/public');
const UNKNOWN = '0'.repeat(24);

/** Every page from the first (or the one after `from`) to the last. */
async function walk(client: Client, query: string, from = ''): Promise<Product[]> {
  const items: Product[] = [];
  let cursor: string | null = from;
  while (cursor !== null) {
    const { status, body }: Answer<ProductPage> = await client.get(
      `/products?${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    if (status !== 200) throw new Error(`a page was refused: ${JSON.stringify(body)}`);
    items.push(...body.items);
    cursor = body.nextCursor;
    if (items.length > 1000) throw new Error('the pages do not end');
  }
  return items;
}

const ids = (products: Product[]): string[] => products.map(({ id }) => id);
const names = (products: Product[]): string[] => products.map(({ name }) => name);

describe('the demo shop', () => {
  let server: TestServer;
  let visitor: Client;
  let all: Product[];
  beforeAll(async () => {
    server = await TestServer.start();
    visitor = server.anonymous();
    all = await walk(visitor, 'limit=100');
  });
  afterAll(() => server.stop());

  it('sells at least 40 products in several categories', () => {
    expect(all).toHaveLength(48);
    expect(new Set(all.map(({ category }) => category)).size).toBe(8);
  });

  it('has a picture of its own for every product', () => {
    const missing = all.filter(
      ({ imageUrl }) => !imageUrl?.startsWith('/') || !existsSync(join(PUBLIC_FOLDER, imageUrl)),
    );
    expect(names(missing)).toEqual([]);
    expect(new Set(all.map(({ imageUrl }) => imageUrl)).size).toBe(all.length);
  });

  it('prices everything in whole minor units, an offer below what it was', () => {
    for (const { price, compareAtPrice = Infinity, stock } of all) {
      expect(Number.isSafeInteger(price) && price > 0 && price < compareAtPrice).toBe(true);
      expect(Number.isSafeInteger(stock) && stock >= 0).toBe(true);
    }
  });

  it('shows its store to anyone and its settings to an admin alone', async () => {
    const callers = [visitor, ...(await Promise.all([server.customer(), server.partner(), server.admin()]))];
    const answers = await Promise.all(callers.map((caller) => caller.get<Page<Store>>('/stores')));
    expect(answers.map(({ body }) => 'settings' in body.items[0]!)).toEqual([false, false, false, true]);
    expect(answers[0]!.body).toMatchObject({
      items: [{ name: 'Green Basket', timeZone: 'Asia/Kolkata', currency: 'INR', open: true }],
      nextCursor: null,
    });
  });

  it('counts its categories by name', async () => {
    const { body } = await visitor.get<Page<Category>>('/products/categories');
    const counted = body.items.map(({ name, productCount }) => [name, productCount]);
    expect(counted).toEqual(
      [...new Set(all.map(({ category }) => category))]
        .toSorted()
        .map((name) => [name, all.filter(({ category }) => category === name).length]),
    );
  });

  it('lists one category', async () => {
    const { category } = all[0]!;
    const found = await walk(visitor, `category=${encodeURIComponent(category)}&limit=4`);
    expect(new Set(ids(found))).toEqual(new Set(ids(all.filter((product) => product.category === category))));
  });

  it('shows one product as the list shows it, with its version as ETag', async () => {
    const { status, body, headers } = await visitor.get<Product>(`/products/${all[7]!.id}`);
    expect([status, body, headers.get('etag')]).toEqual([200, all[7], '"1"']);
  });
});

describe('a list of products', () => {
  let server: TestServer;
  let visitor: Client;
  let made: Product[];
  /** Many with one price and one name, so that only the id tells them apart. */
  const FIELDS = [
    ...Array.from({ length: 7 }, () => ({ name: 'Alike', price: 500 })),
    ...Array.from({ length: 5 }, (_, index) => ({ name: `Own ${index}`, price: 100 * index })),
  ];
  beforeAll(async () => {
    server = await TestServer.start();
    visitor = server.anonymous();
    const admin = await server.admin();
    made = [];
    for (const fields of FIELDS)
      made.push((await admin.post<Product>('/products', { category: 'Paged', stock: 10, ...fields })).body);
    const buyer = await server.customer();
    await buyer.placeOrder([{ productId: made[3]!.id, quantity: 2 }]);
    await buyer.placeOrder([
      { productId: made[5]!.id, quantity: 1 },
      { productId: made[8]!.id, quantity: 1 },
    ]);
  });
  afterAll(() => server.stop());

  it.each(PRODUCT_SORTS.flatMap((sort) => [1, 3, 12, 100].map((limit) => [sort, limit] as const)))(
    'by %s in pages of %i holds each product exactly once',
    async (sort, limit) => {
      const found = ids(await walk(visitor, `category=Paged&sort=${sort}&limit=${limit}`));
      expect(found).toHaveLength(made.length);
      expect(new Set(found)).toEqual(new Set(ids(made)));
    },
  );

  it.each<[string, (one: Product, next: Product) => boolean]>([
    ['price', (one, next) => one.price <= next.price],
    ['-price', (one, next) => one.price >= next.price],
    ['name', (one, next) => one.name <= next.name],
    ['newest', (one, next) => one.id > next.id],
  ])('by %s is in that order across pages', async (sort, inOrder) => {
    const found = await walk(visitor, `sort=${sort}&limit=7`);
    expect(found.length).toBe(60);
    found.slice(1).forEach((next, index) => expect(inOrder(found[index]!, next)).toBe(true));
  });

  it('by popularity begins with what was bought most', async () => {
    const found = await walk(visitor, 'sort=popular&limit=2');
    expect(found[0]!.id).toBe(made[3]!.id);
    expect(new Set(ids(found.slice(1, 3)))).toEqual(new Set([made[5]!.id, made[8]!.id]));
  });

  it('is newest first and 20 at a time unless told otherwise', async () => {
    const { body } = await visitor.get<ProductPage>('/products');
    expect(body.items).toHaveLength(20);
    expect(ids(body.items)).toEqual(ids(await walk(visitor, 'sort=newest&limit=20')).slice(0, 20));
    expect(body).not.toHaveProperty('total');
  });

  it('neither repeats nor loses a product when another one is added while it is read', async () => {
    const first = await visitor.get<ProductPage>('/products?category=Paged&limit=5');
    const added = await server.product({ category: 'Paged', name: 'Added meanwhile' });
    const rest = await walk(visitor, 'category=Paged&limit=5', first.body.nextCursor!);
    expect(ids([...first.body.items, ...rest]).toSorted()).toEqual(ids(made).toSorted());
    await (await server.admin()).delete(`/products/${added.id}`);
  });

  it.each([
    ['minPrice=500', 7],
    ['maxPrice=499', 5],
    ['minPrice=100&maxPrice=300', 3],
    ['minPrice=100&maxPrice=100', 1],
    ['minPrice=300&maxPrice=100', 0],
    ['minPrice=0', 12],
  ])('with %s holds what costs that, both ends included', async (query, count) => {
    expect(await walk(visitor, `category=Paged&${query}&limit=3`)).toHaveLength(count);
  });

  it('of a store that does not exist is empty', async () => {
    expect((await visitor.get<ProductPage>(`/products?storeId=${UNKNOWN}`)).body.items).toEqual([]);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=ten',
    'limit=',
    'limit=1&limit=2',
    'sort=cheapest',
    'sort=price&sort=name',
    'minPrice=-1',
    'minPrice=9.99',
    'maxPrice=lots',
    'storeId=abc',
    'storeId[$ne]=x',
    'search[$ne]=x',
    'search=a&search=b',
    'category[]=Paged',
    `search=${'x'.repeat(101)}`,
    `category=${'x'.repeat(61)}`,
    'cursor=nonsense',
    `cursor=${'A'.repeat(513)}`,
    'page=2',
  ])('refuses ?%s', async (query) => {
    expect(refusal(await visitor.get(`/products?${query}`))).toEqual([400, 'VALIDATION_FAILED']);
  });

  it.each(PRODUCT_SORTS.flatMap((sort) => PRODUCT_SORTS.map((other) => [sort, other] as const)))(
    'by %s takes no fault of ours from a cursor of a list by %s',
    async (sort, other) => {
      const { body } = await visitor.get<ProductPage>(`/products?sort=${other}&limit=2`);
      const { status } = await visitor.get(`/products?sort=${sort}&cursor=${body.nextCursor!}`);
      expect([200, 400]).toContain(status);
      if (sort === other) expect(status).toBe(200);
    },
  );

  it.each(PRODUCT_SORTS.flatMap((sort) => ['word', 7, { d: 0 }].map((value) => [sort, value] as const)))(
    'by %s refuses a cursor made by hand of %j, or finds nothing wrong with it',
    async (sort, value) => {
      const cursor = Buffer.from(JSON.stringify([value, UNKNOWN])).toString('base64url');
      expect([200, 400]).toContain((await visitor.get(`/products?sort=${sort}&cursor=${cursor}`)).status);
    },
  );
});

describe('a search', () => {
  let server: TestServer;
  let visitor: Client;
  beforeAll(async () => {
    server = await TestServer.start();
    visitor = server.anonymous();
    for (const fields of [
      { name: 'Quince jelly', tags: ['preserve', 'zzspread'] },
      { name: 'Quince paste (200 g)', tags: ['zzspread'] },
      { name: 'Plain jelly', description: 'no quince in it' },
      { name: 'Gulab जामुन' },
    ])
      await server.product({ category: 'Zweets', ...fields });
  });
  afterAll(() => server.stop());

  const search = async (text: string, more = ''): Promise<ProductPage> =>
    (await visitor.get<ProductPage>(`/products?sort=name&search=${encodeURIComponent(text)}${more}`)).body;

  it.each<[string, string, string[]]>([
    ['the beginning of a word', 'qui', ['Quince jelly', 'Quince paste (200 g)']],
    ['a word in other letters', 'QUINCE', ['Quince jelly', 'Quince paste (200 g)']],
    ['the beginnings of several words, in any order', 'jel qui', ['Quince jelly']],
    ['a word of the category', 'zweet plain', ['Plain jelly']],
    ['a tag', 'zzspread paste', ['Quince paste (200 g)']],
    ['a number', '200 quince', ['Quince paste (200 g)']],
    ['a word of another script', 'जामु', ['Gulab जामुन']],
    ['not the middle of a word', 'uince', []],
    ['not when one of the words is missing', 'quince tractor', []],
    ['signs of a pattern as nothing at all', '^qui.*(paste)$', ['Quince paste (200 g)']],
  ])('finds by %s', async (_what, text, found) => {
    const page = await search(text);
    expect(names(page.items)).toEqual(found);
    expect(page.total).toBe(found.length);
  });

  it('says how many there are in all, whatever the page and the other filters', async () => {
    expect(await search('zweets', '&limit=1')).toMatchObject({ items: [{}], total: 4 });
    expect(await search('zweets', '&maxPrice=1')).toMatchObject({ items: [], total: 0 });
  });
});

describe('the admin’s shelf', () => {
  let server: TestServer;
  let admin: Client;
  let visitor: Client;
  beforeAll(async () => {
    server = await TestServer.start();
    visitor = server.anonymous();
    admin = await server.admin();
  });
  afterAll(() => server.stop());

  const NEW = { name: 'Fig', category: 'Fruit', price: 4900, stock: 12 };
  const stored = (): Promise<object[]> => server.database.collections['products']!.find({}).sort({ _id: 1 }).toArray();

  it('gets a product that anyone can see, with nothing added that was not sent', async () => {
    const { status, body, headers } = await admin.post<Product>('/products', NEW);
    expect([status, headers.get('etag')]).toEqual([201, '"1"']);
    expect(body).toEqual({ ...NEW, id: body.id, storeId: body.storeId, description: '', tags: [], active: true });
    expect((await visitor.get<Product>(`/products/${body.id}`)).body).toEqual(body);
  });

  it('takes every field of a product', async () => {
    const { storeId } = await server.product();
    const full = {
      ...NEW,
      storeId,
      description: 'Soft',
      compareAtPrice: 5900,
      unit: '6 pcs',
      imageUrl: '/images/products/fig.svg',
      tags: ['ripe'],
      active: false,
    };
    const { body } = await admin.post<Product>('/products', full);
    expect(body).toEqual({ ...full, id: body.id });
    expect(refusal(await visitor.get(`/products/${body.id}`))).toEqual([404, 'PRODUCT_NOT_FOUND']);
  });

  it.each<[string, object, string]>([
    ['no name', { name: undefined }, 'name'],
    ['an empty name', { name: '' }, 'name'],
    ['a name that is a number', { name: 5 }, 'name'],
    ['a name too long', { name: 'x'.repeat(121) }, 'name'],
    ['no category', { category: undefined }, 'category'],
    ['no price', { price: undefined }, 'price'],
    ['a price of nothing at all', { price: null }, 'price'],
    ['a price in fractions', { price: 49.5 }, 'price'],
    ['a price as text', { price: '4900' }, 'price'],
    ['a price below nothing', { price: -1 }, 'price'],
    ['a price beyond reason', { price: 1e15 }, 'price'],
    ['an earlier price in fractions', { compareAtPrice: 0.1 }, 'compareAtPrice'],
    ['a stock below nothing', { stock: -1 }, 'stock'],
    ['a stock in fractions', { stock: 1.5 }, 'stock'],
    ['an operator for a stock', { stock: { $inc: 5 } }, 'stock'],
    ['tags that are no list', { tags: 'ripe' }, 'tags'],
    ['tags that are numbers', { tags: [1] }, 'tags'],
    ['no list instead of an empty one', { tags: null }, 'tags'],
    ['no text instead of an empty one', { description: null }, 'description'],
    ['a flag as text', { active: 'true' }, 'active'],
    ['a picture of another scheme', { imageUrl: 'data:text/html,x' }, 'imageUrl'],
    ['a picture from wherever', { imageUrl: '//evil.test/x.png' }, 'imageUrl'],
    ['a malformed store', { storeId: 'mine' }, 'storeId'],
    ['an id of one’s own', { id: UNKNOWN }, 'id'],
    ['what was sold', { sold: 1000 }, 'sold'],
    ['a version', { version: 7 }, 'version'],
  ])('refuses a new product with %s', async (_what, change, path) => {
    const before = await stored();
    const { status, body } = await admin.post('/products', { ...NEW, ...change });
    expect([status, body.code, body.errors?.[0]?.path.replace(/\[\d+\]/, '')]).toEqual([
      400,
      'VALIDATION_FAILED',
      path,
    ]);
    expect(await stored()).toEqual(before);
  });

  it('knows no store that is not there', async () => {
    expect(refusal(await admin.post('/products', { ...NEW, storeId: UNKNOWN }))).toEqual([404, 'STORE_NOT_FOUND']);
  });

  it('changes what is sent and nothing else, one version on', async () => {
    const { id, ...before } = await server.product({ description: 'as it was', tags: ['a'] });
    const { status, body, headers } = await admin.put<Product>(`/products/${id}`, { price: 1100, active: true });
    expect([status, headers.get('etag')]).toEqual([200, '"2"']);
    expect(body).toEqual({ id, ...before, price: 1100 });
  });

  it('is searched by the new name, not by the old one', async () => {
    const { id } = await server.product({ name: 'Oldword' });
    await admin.put(`/products/${id}`, { name: 'Newword' });
    const found = await Promise.all(
      ['oldword', 'newword'].map((word) => visitor.get<ProductPage>(`/products?search=${word}`)),
    );
    expect(found.map(({ body }) => body.total)).toEqual([0, 1]);
  });

  it.each<[string, object]>([
    ['a name of nothing', { name: null }],
    ['a price of nothing', { price: null }],
    ['tags of nothing', { tags: null }],
    ['an empty name', { name: '' }],
    ['a price in fractions', { price: 0.5 }],
    ['a delta in fractions', { stockDelta: 0.5 }],
    ['a delta as text', { stockDelta: '5' }],
    ['another store', { storeId: UNKNOWN }],
    ['an operator', { $set: { price: 0 } }],
    ['a path into the record', { 'profile.role': 'admin' }],
    ['stock and delta at once', { stock: 1, stockDelta: 1 }],
    ['an absolute stock without the version it was read at', { stock: 7 }],
  ])('refuses a change with %s, and changes nothing', async (_what, change) => {
    const { id } = await server.product();
    const before = await stored();
    expect(refusal(await admin.put(`/products/${id}`, change))).toEqual([400, 'VALIDATION_FAILED']);
    expect(await stored()).toEqual(before);
  });

  it('counts deltas that come at once, every one of them', async () => {
    const { id } = await server.product({ stock: 10 });
    const deltas = [5, -3, 7, -2, 1, 1, 1, 1];
    await Promise.all(deltas.map((stockDelta) => admin.put(`/products/${id}`, { stockDelta })));
    const { body, headers } = await visitor.get<Product>(`/products/${id}`);
    expect([body.stock, headers.get('etag')]).toEqual([21, '"9"']);
  });

  it('never falls below nothing', async () => {
    const { id } = await server.product({ stock: 3 });
    const { status, body } = await admin.put(`/products/${id}`, { stockDelta: -4 });
    expect([status, body]).toEqual([409, expect.objectContaining({ code: 'OUT_OF_STOCK', available: 3 })]);
    expect((await visitor.get<Product>(`/products/${id}`)).body.stock).toBe(3);
  });

  it('takes an absolute stock from who has counted the present version, once', async () => {
    const { id } = await server.product({ stock: 3 });
    const count = (stock: number): Promise<Answer<Product>> =>
      admin.put<Product>(`/products/${id}`, { stock }, { 'If-Match': '"1"' });
    const both = await Promise.all([count(40), count(50)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 412]);
    const { body } = await visitor.get<Product>(`/products/${id}`);
    expect(body.stock).toBe(both.find(({ status }) => status === 200)!.body.stock);
    expect(refusal(await count(60))).toEqual([412, 'VERSION_MISMATCH']);
  });

  it('is a new version after each sale, so that a count from before it is refused', async () => {
    const { id } = await server.product({ stock: 3 });
    await (await server.customer()).placeOrder([{ productId: id, quantity: 1 }]);
    const late = await admin.put(`/products/${id}`, { stock: 3 }, { 'If-Match': '"1"' });
    expect([refusal(late), (late.body as { version?: number }).version]).toEqual([[412, 'VERSION_MISMATCH'], 2]);
  });

  it('makes any change conditional when asked', async () => {
    const { id } = await server.product();
    expect(refusal(await admin.put(`/products/${id}`, { price: 1 }, { 'If-Match': '"2"' }))).toEqual([
      412,
      'VERSION_MISMATCH',
    ]);
    expect((await admin.put(`/products/${id}`, { price: 1 }, { 'If-Match': '"1"' })).status).toBe(200);
  });

  it.each(['1', 'W/"1"', '"one"', '""', '*', '"1", "2"', '"-1"'])('refuses If-Match: %s', async (version) => {
    const { id } = await server.product();
    expect(refusal(await admin.put(`/products/${id}`, { price: 1 }, { 'If-Match': version }))).toEqual([
      400,
      'VALIDATION_FAILED',
    ]);
  });

  it('loses a retired product for everyone but admins, who can bring it back', async () => {
    const { id } = await server.product({ name: 'Retiree', category: 'Leaving' });
    expect((await admin.delete(`/products/${id}`)).status).toBe(204);
    const others = [visitor, await server.customer(), await server.partner()];
    for (const other of others) expect(refusal(await other.get(`/products/${id}`))).toEqual([404, 'PRODUCT_NOT_FOUND']);
    expect((await visitor.get<ProductPage>('/products?search=retiree')).body).toMatchObject({ items: [], total: 0 });
    expect((await visitor.get<ProductPage>('/products?category=Leaving')).body.items).toEqual([]);
    const categories = await visitor.get<Page<Category>>('/products/categories');
    expect(categories.body.items.map(({ name }) => name)).not.toContain('Leaving');
    expect((await admin.get<Product>(`/products/${id}`)).body.active).toBe(false);
    await admin.put(`/products/${id}`, { active: true });
    expect((await visitor.get(`/products/${id}`)).status).toBe(200);
  });

  it('sells no retired product, and keeps it in the orders that have it', async () => {
    const product = await server.product();
    const buyer = await server.customer();
    const order = (await buyer.placeOrder([{ productId: product.id, quantity: 1 }])).body;
    await admin.delete(`/products/${product.id}`);
    expect(refusal(await buyer.placeOrder([{ productId: product.id, quantity: 1 }]))).toEqual([
      404,
      'PRODUCT_NOT_FOUND',
    ]);
    expect((await buyer.get<typeof order>(`/orders/${order.id}`)).body.items).toMatchObject([{ name: product.name }]);
  });

  describe.each(['get', 'put', 'delete'] as const)('%s of', (method) => {
    const ask = (id: string): Promise<Answer<unknown>> =>
      method === 'put' ? admin.put(`/products/${id}`, { price: 1 }) : admin[method](`/products/${id}`);

    it('an unknown product is 404', async () => {
      expect(refusal(await ask(UNKNOWN))).toEqual([404, 'PRODUCT_NOT_FOUND']);
    });

    it.each(['1', 'abc', `${UNKNOWN}0`, '000000000000', '%24ne', '..%2Fusers'])('%s is 400', async (id) => {
      expect(refusal(await ask(id))).toEqual([400, 'VALIDATION_FAILED']);
    });
  });

  it('is an admin’s alone', async () => {
    const product = await server.product();
    const before = await stored();
    const [customer, partner] = await Promise.all([server.customer(), server.partner()]);
    for (const [caller, status, code] of [
      [visitor, 401, 'UNAUTHENTICATED'],
      [customer, 403, 'FORBIDDEN'],
      [partner, 403, 'FORBIDDEN'],
    ] as const) {
      const tries = await Promise.all([
        caller.post('/products', NEW),
        caller.put(`/products/${product.id}`, { price: 1 }),
        caller.delete(`/products/${product.id}`),
      ]);
      expect(tries.map(refusal)).toEqual(tries.map(() => [status, code]));
    }
    expect(await stored()).toEqual(before);
  });
});
