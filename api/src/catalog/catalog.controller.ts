import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { Category, Page, Product, ProductPage, Store } from '@qc/contracts';
import { type Actor, CurrentActor } from '../auth/actor';
import { Answers } from '../platform/http/answers';
import type { Versioned } from '../platform/http/etag.interceptor';
import { IfMatch } from '../platform/http/if-match';
import { ObjectIdPipe } from '../platform/mongo/object-id';
import { Queries } from '../platform/openapi/request-schemas';
import { CategoriesQueryDto, CreateProductDto, ProductQueryDto, UpdateProductDto } from './catalog.dto';
import { ProductsService } from './products.service';
import { StoresService } from './stores.service';

@ApiTags('catalogue')
@Controller()
export class CatalogController {
  constructor(
    private readonly products: ProductsService,
    private readonly stores: StoresService,
  ) {}

  @Get('stores')
  @Answers(200, 'StorePage')
  listStores(@CurrentActor() actor?: Actor): Promise<Page<Store>> {
    return this.stores.list(actor?.role === 'admin');
  }

  @Get('products')
  @Queries(ProductQueryDto)
  @Answers(200, 'ProductPage')
  listProducts(@Query() query: ProductQueryDto): Promise<ProductPage> {
    return this.products.list(query);
  }

  @Get('products/categories')
  @Queries(CategoriesQueryDto)
  @Answers(200, 'CategoryPage')
  categories(@Query() { storeId }: CategoriesQueryDto): Promise<Page<Category>> {
    return this.products.categories(storeId);
  }

  @Get('products/:id')
  @Answers(200, 'Product')
  readProduct(@Param('id', ObjectIdPipe) id: string, @CurrentActor() actor?: Actor): Promise<Versioned<Product>> {
    return this.products.read(id, actor?.role === 'admin');
  }

  @Post('products')
  @ApiBearerAuth()
  @Answers(201, 'Product')
  createProduct(@CurrentActor() admin: Actor, @Body() body: CreateProductDto): Promise<Versioned<Product>> {
    return this.products.create(body, admin);
  }

  @Put('products/:id')
  @ApiBearerAuth()
  @Answers(200, 'Product')
  updateProduct(
    @CurrentActor() admin: Actor,
    @Param('id', ObjectIdPipe) id: string,
    @Body() body: UpdateProductDto,
    @IfMatch() version?: number,
  ): Promise<Versioned<Product>> {
    return this.products.update(id, body, admin, version);
  }

  @Delete('products/:id')
  @ApiBearerAuth()
  @Answers(204)
  retireProduct(@CurrentActor() admin: Actor, @Param('id', ObjectIdPipe) id: string): Promise<void> {
    return this.products.retire(id, admin);
  }
}
