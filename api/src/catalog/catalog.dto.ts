import { PRODUCT_SORTS } from '@qc/contracts';
import type { CreateProduct, ProductQuery, ProductSort, UpdateProduct } from '@qc/contracts';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { PageQuery } from '../platform/mongo/cursor';
import { FromQuery, IsId } from '../platform/mongo/object-id';

/** Minor units; far above any price, far below where doubles stop being exact. */
const HIGHEST_AMOUNT = 1_000_000_000;
const MOST_STOCK = 10_000_000;
/** A path of this site or an HTTPS address: nothing that a browser would run. */
// eslint-disable-next-line no-control-regex
const IMAGE_URL = /^(https:\/\/[^\s\u0000-\u001F\u007F]+|\/(?!\/)[^\s\u0000-\u001F\u007F]*)$/;

export class ProductQueryDto extends PageQuery implements ProductQuery {
  @IsOptional() @IsId() storeId?: string;
  @IsOptional() @IsString() @MaxLength(60) category?: string;
  @IsOptional() @IsString() @MaxLength(100) search?: string;
  @IsOptional() @FromQuery() @IsInt() @Min(0) minPrice?: number;
  @IsOptional() @FromQuery() @IsInt() @Min(0) maxPrice?: number;
  @IsOptional() @IsIn(PRODUCT_SORTS) sort?: ProductSort;
}

export class CategoriesQueryDto {
  @IsOptional() @IsId() storeId?: string;
}

export class CreateProductDto implements CreateProduct {
  @IsOptional() @IsId() storeId?: string;
  @IsString() @Length(1, 120) name!: string;
  @IsOptional() @IsString() @MaxLength(2000) description?: string;
  @IsString() @Length(1, 60) category!: string;
  @IsInt() @Min(0) @Max(HIGHEST_AMOUNT) price!: number;
  @IsOptional() @IsInt() @Min(0) @Max(HIGHEST_AMOUNT) compareAtPrice?: number;
  @IsOptional() @IsString() @MaxLength(40) unit?: string;
  @IsInt() @Min(0) @Max(MOST_STOCK) stock!: number;
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @Matches(IMAGE_URL, { message: 'imageUrl must be https:// or a path of this site' })
  imageUrl?: string;
  @IsOptional() @IsArray() @ArrayMaxSize(20) @IsString({ each: true }) @MaxLength(40, { each: true }) tags?: string[];
  @IsOptional() @IsBoolean() active?: boolean;
}

export class UpdateProductDto implements UpdateProduct {
  @IsOptional() @IsString() @Length(1, 120) name?: string;
  @IsOptional() @IsString() @MaxLength(2000) description?: string;
  @IsOptional() @IsString() @Length(1, 60) category?: string;
  @IsOptional() @IsInt() @Min(0) @Max(HIGHEST_AMOUNT) price?: number;
  @IsOptional() @IsInt() @Min(0) @Max(HIGHEST_AMOUNT) compareAtPrice?: number;
  @IsOptional() @IsString() @MaxLength(40) unit?: string;
  @IsOptional() @IsInt() @Min(0) @Max(MOST_STOCK) stock?: number;
  @IsOptional() @IsInt() @Min(-MOST_STOCK) @Max(MOST_STOCK) stockDelta?: number;
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @Matches(IMAGE_URL, { message: 'imageUrl must be https:// or a path of this site' })
  imageUrl?: string;
  @IsOptional() @IsArray() @ArrayMaxSize(20) @IsString({ each: true }) @MaxLength(40, { each: true }) tags?: string[];
  @IsOptional() @IsBoolean() active?: boolean;
}
