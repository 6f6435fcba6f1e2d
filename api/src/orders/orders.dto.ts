import { ADDRESS_LABELS, BASKET_LIMITS, ORDER_STATUSES, PAYMENT_METHODS } from '@qc/contracts';
import type {
  AddressLabel,
  DeliveryAddress,
  LatLng,
  MoveOrder,
  OrderLine,
  OrderStatus,
  PaymentMethod,
  PlaceOrder,
  QuoteRequest,
  Rating,
} from '@qc/contracts';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsDate,
  IsDefined,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { MomentFromQuery } from '../platform/http/moments';
import { PageQuery } from '../platform/mongo/cursor';
import { FromQuery, IsId } from '../platform/mongo/object-id';

/** Minor units. */
const HIGHEST_TIP = 10_000_000;

export class LatLngDto implements LatLng {
  @IsNumber() @Min(-90) @Max(90) lat!: number;
  @IsNumber() @Min(-180) @Max(180) lng!: number;
}

export class OrderLineDto implements OrderLine {
  @IsId() productId!: string;
  @IsInt() @Min(1) @Max(BASKET_LIMITS.quantity) quantity!: number;
}

export class AddressDto implements DeliveryAddress {
  @IsOptional() @IsIn(ADDRESS_LABELS) label?: AddressLabel;
  @IsString() @Length(1, 200) street!: string;
  @IsOptional() @IsString() @MaxLength(100) city?: string;
  @IsOptional() @IsString() @MaxLength(100) state?: string;
  @IsOptional() @IsString() @MaxLength(20) zipCode?: string;
  @IsOptional() @IsString() @MaxLength(500) instructions?: string;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => LatLngDto) location?: LatLngDto;
}

const Lines = () => (target: object, property: string) => {
  for (const decorate of [
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(BASKET_LIMITS.lines),
    // without it a list of lists would pass
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(() => OrderLineDto),
  ]) {
    decorate(target, property);
  }
};

export class QuoteDto implements QuoteRequest {
  @Lines() items!: OrderLineDto[];
  @IsOptional() @IsObject() @ValidateNested() @Type(() => AddressDto) deliveryAddress?: AddressDto;
}

export class PlaceOrderDto implements PlaceOrder {
  @Lines() items!: OrderLineDto[];
  @IsDefined() @IsObject() @ValidateNested() @Type(() => AddressDto) deliveryAddress!: AddressDto;
  @IsIn(PAYMENT_METHODS) paymentMethod!: PaymentMethod;
  @IsOptional() @IsInt() @Min(0) @Max(HIGHEST_TIP) tip?: number;
  @IsOptional() @IsString() @MaxLength(500) note?: string;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => LatLngDto) customerLocation?: LatLngDto;
}

export class MoveOrderDto implements MoveOrder {
  @IsIn(ORDER_STATUSES) status!: OrderStatus;
  @IsOptional() @IsString() @MaxLength(500) note?: string;
  @IsOptional() @Matches(/^[0-9]{4}$/, { message: 'deliveryCode must be 4 digits' }) deliveryCode?: string;
}

export class CancelDto {
  @IsOptional() @IsString() @MaxLength(500) reason?: string;
}

export class RatingDto implements Rating {
  @IsInt() @Min(1) @Max(5) score!: number;
  @IsOptional() @IsString() @MaxLength(1000) comment?: string;
}

/** One status or several, comma-separated. */
const StatusList = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.split(',').map((status) => status.trim()) : value,
  );

export class OrdersQueryDto extends PageQuery {
  @IsOptional()
  @StatusList()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(ORDER_STATUSES.length)
  @IsIn(ORDER_STATUSES, { each: true })
  status?: OrderStatus[];
  @IsOptional() @MomentFromQuery() @IsDate() from?: Date;
  @IsOptional() @MomentFromQuery() @IsDate() to?: Date;
}

export class EventsQueryDto {
  @IsOptional() @FromQuery() @IsInt() @Min(0) after = 0;
  @IsOptional() @FromQuery() @IsInt() @Min(1) @Max(100) limit = 100;
}
