import { HttpClient } from '@angular/common/http';
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
import { firstValueFrom, map } from 'rxjs';
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
}
