import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';
import { inject } from '@angular/core';
import { type ComponentFixture, TestBed } from '@angular/core/testing';
import type { CreateProduct, Product, UpdateProduct } from '@qc/contracts';
import { CatalogApi } from '../../core/catalog-api';
import { ProblemError } from '../../core/problem';
import { ProductSheet } from './product-sheet';
import { ProductsStore } from './products-store';

const soap: Product = {
  ...{ id: 'p1', storeId: 's1', name: 'Soap', description: '', category: 'Home', price: 4500, stock: 5 },
  ...{ tags: [], active: true },
};
const picture = new File(['…'], 'soap.png', { type: 'image/png' });

async function setUp(product?: Product) {
  const api = {
    create: jest.fn(({ stock }: CreateProduct) => Promise.resolve({ ...soap, stock })),
    update: jest.fn((_id: string, { stockDelta = 0 }: UpdateProduct) =>
      Promise.resolve({ ...soap, stock: soap.stock + stockDelta }),
    ),
    uploadImage: jest.fn((_id: string, _image: File, progress: (part: number) => void) => {
      progress(0.5);
      return Promise.resolve({ ...soap, imageUrl: '/api/files/soap.webp' });
    }),
  };
  const ref = { close: jest.fn() };
  TestBed.configureTestingModule({
    providers: [
      ProductsStore,
      { provide: CatalogApi, useValue: api },
      { provide: DialogRef, useValue: ref },
      { provide: DIALOG_DATA, useFactory: () => ({ store: inject(ProductsStore), ...(product && { product }) }) },
    ],
  });
  const store = TestBed.inject(ProductsStore);
  const fixture = TestBed.createComponent(ProductSheet);
  await fixture.whenStable();
  return { api, ref, store, ...actions(fixture) };
}

function actions(fixture: ComponentFixture<ProductSheet>) {
  const sheet = fixture.nativeElement as HTMLElement;
  const control = (label: string) => {
    const found = [...sheet.querySelectorAll('label')].find(({ textContent }) => textContent?.trim().startsWith(label));
    return sheet.querySelector<HTMLInputElement>(`#${found!.htmlFor}`)!;
  };
  return {
    sheet,
    control,
    type: async (label: string, text: string): Promise<void> => {
      control(label).value = text;
      control(label).dispatchEvent(new Event('input'));
      await fixture.whenStable();
    },
    drop: async (file: File): Promise<void> => {
      const event = new Event('drop', { cancelable: true });
      Object.assign(event, { dataTransfer: { files: [file] } });
      sheet.querySelector('[role=group]')!.dispatchEvent(event);
      await fixture.whenStable();
    },
    save: async (): Promise<void> => {
      sheet.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }));
      await new Promise((resolve) => setTimeout(resolve));
      await fixture.whenStable();
    },
  };
}

describe('ProductSheet', () => {
  it('sends a new product first, its picture after', async () => {
    const { api, ref, store, type, drop, save } = await setUp();
    for (const [label, text] of Object.entries({ Name: 'Soap', Category: 'Home', Price: '45', Stock: '5' }))
      await type(label, text);
    await drop(picture);
    await save();
    expect(api.uploadImage).toHaveBeenCalledWith('p1', picture, expect.any(Function));
    expect(api.create.mock.invocationCallOrder[0]).toBeLessThan(api.uploadImage.mock.invocationCallOrder[0]!);
    expect(store.products()[0]!.imageUrl).toBe('/api/files/soap.webp');
    expect(ref.close).toHaveBeenCalledWith(true);
  });

  it('makes no second product and adds no stock twice when only the picture was refused', async () => {
    const { api, ref, sheet, type, drop, save } = await setUp();
    for (const [label, text] of Object.entries({ Name: 'Soap', Category: 'Home', Price: '45', Stock: '5' }))
      await type(label, text);
    await drop(picture);
    api.uploadImage.mockRejectedValueOnce(new ProblemError('IMAGE_REJECTED'));
    await save();
    expect(sheet.querySelector('[role=alert]')?.textContent).toContain('The product is saved, its picture is not.');
    expect(ref.close).not.toHaveBeenCalled();
    await drop(picture);
    await save();
    expect([api.create.mock.calls.length, api.uploadImage.mock.calls.length]).toEqual([1, 2]);
    expect(api.update.mock.calls[0]![1]).not.toHaveProperty('stockDelta');
    expect(ref.close).toHaveBeenCalledWith(true);
  });

  it('adds to the stock of what there is once, also over a refused picture', async () => {
    const { api, type, drop, save } = await setUp(soap);
    await type('Add to stock', '3');
    await drop(picture);
    api.uploadImage.mockRejectedValueOnce(new ProblemError('PAYLOAD_TOO_LARGE'));
    await save();
    await save();
    expect(api.update.mock.calls.map(([, { stockDelta }]) => stockDelta)).toEqual([3, undefined]);
  });

  it('takes a picture away when that is asked for', async () => {
    const { api, sheet, save } = await setUp({ ...soap, imageUrl: '/api/files/soap.webp' });
    [...sheet.querySelectorAll('button')].find(({ textContent }) => textContent?.trim() === 'Remove')!.click();
    await save();
    expect(api.update.mock.calls[0]![1].imageUrl).toBe('/images/product-fallback.svg');
  });
});
