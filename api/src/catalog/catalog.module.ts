import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CatalogController } from './catalog.controller';
import { ProductRecord, ProductSchema } from './product.schema';
import { ProductsRepository } from './products.repository';
import { ProductsService } from './products.service';
import { StoreRecord, StoreSchema } from './store.schema';
import { StoresRepository } from './stores.repository';
import { StoresService } from './stores.service';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: StoreRecord.name, schema: StoreSchema },
      { name: ProductRecord.name, schema: ProductSchema },
    ]),
  ],
  controllers: [CatalogController],
  providers: [ProductsService, ProductsRepository, StoresService, StoresRepository],
  exports: [ProductsService, ProductsRepository, StoresService, StoresRepository],
})
export class CatalogModule {}
