import { type AssignOrder, DELIVERY_PROOFS, type DeliveryProof, type UpdateSettings } from '@qc/contracts';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsISO4217CurrencyCode,
  IsObject,
  IsOptional,
  IsString,
  IsTimeZone,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { LatLngDto, OrdersQueryDto } from '../orders/orders.dto';
import { IsId } from '../platform/mongo/object-id';

/** Minor units. */
const HIGHEST_AMOUNT = 1_000_000_000;

export class AdminOrdersQueryDto extends OrdersQueryDto {
  @IsOptional() @IsId() partnerId?: string;
  @IsOptional() @IsId() customerId?: string;
  /** The beginning of an order's number, with or without `QC-`. */
  @IsOptional()
  @IsString()
  @Matches(/^([Qq][Cc]-?)?[0-9A-Za-z]{0,6}$/, { message: 'q must be the beginning of an order number' })
  q?: string;
}

export class AssignDto implements AssignOrder {
  @IsId() partnerId!: string;
}

export class UnassignDto {
  @IsOptional() @IsString() @MaxLength(500) reason?: string;
}

export class SetActiveDto {
  @IsBoolean() active!: boolean;
}

export class SettingsQueryDto {
  @IsOptional() @IsId() storeId?: string;
}

export class UpdateSettingsDto implements UpdateSettings {
  @IsOptional() @IsId() storeId?: string;
  @IsOptional() @IsString() @Length(1, 120) name?: string;
  @IsOptional() @IsString() @Length(1, 300) address?: string;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => LatLngDto) location?: LatLngDto;
  @IsOptional() @IsTimeZone() timeZone?: string;
  @IsOptional() @IsISO4217CurrencyCode() currency?: string;
  @IsOptional() @IsBoolean() open?: boolean;
  @IsOptional() @IsInt() @Min(100) @Max(200_000) deliveryRadiusMeters?: number;
  @IsOptional() @IsBoolean() autoConfirm?: boolean;
  @IsOptional() @IsBoolean() autoReady?: boolean;
  @IsOptional() @IsIn(DELIVERY_PROOFS) deliveryProof?: DeliveryProof;
  @IsOptional() @IsInt() @Min(0) @Max(HIGHEST_AMOUNT) deliveryFee?: number;
  @IsOptional() @IsInt() @Min(0) @Max(HIGHEST_AMOUNT) freeDeliveryFrom?: number;
  @IsOptional() @IsInt() @Min(0) @Max(10_000) taxRateBps?: number;
  @IsOptional() @IsInt() @Min(0) @Max(HIGHEST_AMOUNT) tripPayBase?: number;
  @IsOptional() @IsInt() @Min(0) @Max(HIGHEST_AMOUNT) tripPayPerKm?: number;
  @IsOptional() @IsInt() @Min(0) @Max(HIGHEST_AMOUNT) cancellationFee?: number;
}
