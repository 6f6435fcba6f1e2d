import type { PositionPoint } from '@qc/contracts';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsDate,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { LatLngDto } from '../orders/orders.dto';
import { IsMoment, MomentFromQuery } from '../platform/http/moments';

export class AvailabilityDto {
  @IsBoolean() available!: boolean;
}

export class ReleaseDto {
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @IsOptional()
  @IsString()
  @Length(0, 500)
  reason?: string;
}

export class PositionPointDto extends LatLngDto implements PositionPoint {
  @IsMoment() at!: string;
  @IsOptional() @IsNumber() @Min(0) accuracy?: number;
  @IsOptional() @IsNumber() @Min(0) @Max(360) heading?: number;
  @IsOptional() @IsNumber() @Min(0) speed?: number;
}

export class PositionsDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => PositionPointDto)
  points!: PositionPointDto[];
}

export class EarningsQueryDto {
  @IsOptional() @MomentFromQuery() @IsDate() from?: Date;
  @IsOptional() @MomentFromQuery() @IsDate() to?: Date;
}
