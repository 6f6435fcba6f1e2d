import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { FilesModule } from '../platform/files/files.module';
import { CatalogController } from './catalog.controller';
import { Pictures } from './picture';
import { ProductImagesController } from './product-images.controller';
import { ProductImagesService } from './product-images.service';
import { ProductRecord, ProductSchema } from './product.schema';
import { ProductsRepository } from './products.repository';
import { ProductsService } from './products.service';
import { StoreRecord, StoreSchema } from './store.schema';
import { StoresRepository } from './stores.repository';
import { StoresService } from './stores.service';

@Module({
  imports: [
    FilesModule,
    MongooseModule.forFeature([
      { name: StoreRecord.name, schema: StoreSchema },
      { name: ProductRecord.name, schema: ProductSchema },
    ]),
  ],
  controllers: [CatalogController, ProductImagesController],
  providers: [ProductsService, ProductImagesService, Pictures, ProductsRepository, StoresService, StoresRepository],
  exports: [ProductsService, ProductsRepository, StoresService, StoresRepository],
})
export class CatalogModule {}
