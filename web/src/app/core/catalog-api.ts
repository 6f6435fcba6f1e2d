import { HttpClient, HttpEventType } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import type {
  Category,
  CategoryPage,
  CreateProduct,
  Product,
  ProductPage,
  ProductQuery,
  Store,
  StorePage,
  UpdateProduct,
} from '@qc/contracts';
import { filter, firstValueFrom, map, tap } from 'rxjs';
import { queryOf } from './query';

/** Every call rejects with a `ProblemError`. */
@Service()
export class CatalogApi {
  private readonly http = inject(HttpClient);

  stores(): Promise<Store[]> {
    return firstValueFrom(this.http.get<StorePage>('/api/stores').pipe(map(({ items }) => items)));
  }

  products(query: ProductQuery): Promise<ProductPage> {
    return firstValueFrom(this.http.get<ProductPage>('/api/products', { params: queryOf({ ...query }) }));
  }

  categories(): Promise<Category[]> {
    return firstValueFrom(this.http.get<CategoryPage>('/api/products/categories').pipe(map(({ items }) => items)));
  }

  product(id: string): Promise<Product> {
    return firstValueFrom(this.http.get<Product>(`/api/products/${id}`));
  }

  /** Admin only, like all below. */
  create(product: CreateProduct): Promise<Product> {
    return firstValueFrom(this.http.post<Product>('/api/products', product));
  }

  update(id: string, change: UpdateProduct): Promise<Product> {
    return firstValueFrom(this.http.put<Product>(`/api/products/${id}`, change));
  }

  retire(id: string): Promise<void> {
    return firstValueFrom(this.http.delete<void>(`/api/products/${id}`));
  }

  /** `progress` hears what part of the picture is on the server, 0 to 1. */
  uploadImage(id: string, image: File, progress: (part: number) => void): Promise<Product> {
    const body = new FormData();
    body.set('image', image);
    return firstValueFrom(
      this.http.put<Product>(`/api/products/${id}/image`, body, { observe: 'events', reportProgress: true }).pipe(
        tap((event) => {
          if (event.type === HttpEventType.UploadProgress && event.total) progress(event.loaded / event.total);
        }),
        filter((event) => event.type === HttpEventType.Response),
        map(({ body: product }) => product!),
      ),
    );
  }
}
