import { Injectable } from '@nestjs/common';
import type { Product } from '@qc/contracts';
import { AuditLog } from '../audit/audit-log';
import type { Actor } from '../auth/actor';
import { FileStore, nameOf } from '../platform/files/file-store';
import type { Versioned } from '../platform/http/etag.interceptor';
import { invalid, Problem } from '../platform/http/problem';
import { Transactions } from '../platform/mongo/transactions';
import { Pictures } from './picture';
import type { ProductRecord } from './product.schema';
import { ProductsRepository } from './products.repository';
import { versioned } from './products.service';

@Injectable()
export class ProductImagesService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly pictures: Pictures,
    private readonly files: FileStore,
    private readonly audit: AuditLog,
    private readonly tx: Transactions,
  ) {}

  /**
   * Shows the product with this picture from now on. The one before stays where it is: orders have its address.
   * @throws VALIDATION_FAILED without a picture, PRODUCT_NOT_FOUND, VERSION_MISMATCH, IMAGE_REJECTED
   */
  async replace(id: string, upload: Buffer | undefined, by: Actor, version?: number): Promise<Versioned<Product>> {
    if (!upload) throw invalid('image', 'must be a file, in this field of a multipart/form-data body');
    assertVersion(await this.products.byId(id), version);
    const bytes = await this.pictures.usable(upload);
    const name = nameOf(bytes, 'image/webp');
    // before anybody can be told of it
    await this.files.put(name, bytes);
    return versioned(await this.show(id, `/api/files/${name}`, by, version));
  }

  private show(id: string, imageUrl: string, by: Actor, version?: number): Promise<ProductRecord> {
    return this.tx.run(async (session) => {
      const before = await this.products.setImage(id, imageUrl, version, session);
      if (!before) throw whyNot(await this.products.byId(id), version);
      await this.audit.record(
        {
          action: 'product.image-changed',
          by,
          target: { kind: 'product', id },
          before: { imageUrl: before.imageUrl },
          after: { imageUrl },
        },
        session,
      );
      return { ...before, imageUrl, version: before.version + 1 };
    });
  }
}

/** Said before anybody works on the picture; the write is conditional on the same. */
function assertVersion(product: ProductRecord | null, version?: number): void {
  if (!product || (version !== undefined && product.version !== version)) throw whyNot(product, version);
}

function whyNot(product: ProductRecord | null, version?: number): Problem {
  if (!product || version === undefined) return new Problem('PRODUCT_NOT_FOUND');
  return new Problem('VERSION_MISMATCH', `the product is at version ${product.version}`, { version: product.version });
}
