import { PASSWORD_BYTES, VEHICLE_TYPES } from '@qc/contracts';
import type { ChangePassword, Login, Profile, Register, UpdateProfile, Vehicle, VehicleType } from '@qc/contracts';
import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import {
  IsByteLength,
  IsDefined,
  IsEmail,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { normalizeEmail } from '../users/email-address';

/** An e-mail address, in the one way in which it is stored and compared. */
export const Email = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalizeEmail(value) : value)),
    IsEmail(),
    MaxLength(254),
  );
const Trimmed = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

const PHONE = /^\+?[0-9 ()-]{5,20}$/;
const PHONE_OR_NONE = /^(\+?[0-9 ()-]{5,20})?$/;

export class ProfileDto implements Profile {
  @Trimmed() @IsString() @Length(1, 60) firstName!: string;
  @IsOptional() @Trimmed() @IsString() @MaxLength(60) lastName?: string;
  @IsOptional() @Trimmed() @Matches(PHONE, { message: 'phone must be a phone number' }) phone?: string;
}

export class VehicleDto implements Vehicle {
  @IsIn(VEHICLE_TYPES) type!: VehicleType;
  @IsOptional() @Trimmed() @IsString() @MaxLength(20) plate?: string;
}

export class RegisterDto implements Register {
  @Email() email!: string;
  @IsString() @IsByteLength(PASSWORD_BYTES.min, PASSWORD_BYTES.max) password!: string;
  @IsIn(['customer', 'partner']) role!: 'customer' | 'partner';
  @IsDefined() @IsObject() @ValidateNested() @Type(() => ProfileDto) profile!: ProfileDto;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => VehicleDto) vehicle?: VehicleDto;
}

export class LoginDto implements Login {
  @Email() email!: string;
  @IsString() @MaxLength(200) password!: string;
  @IsOptional() @IsString() @MaxLength(40) code?: string;
}

export class UpdateProfileDto implements UpdateProfile {
  @IsOptional() @Trimmed() @IsString() @Length(1, 60) firstName?: string;
  @IsOptional() @Trimmed() @IsString() @MaxLength(60) lastName?: string;
  @IsOptional()
  @Trimmed()
  @Matches(PHONE_OR_NONE, { message: 'phone must be a phone number, or empty' })
  phone?: string;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => VehicleDto) vehicle?: VehicleDto;
}

export class ChangePasswordDto implements ChangePassword {
  @IsString() @MaxLength(200) currentPassword!: string;
  @IsString() @IsByteLength(PASSWORD_BYTES.min, PASSWORD_BYTES.max) newPassword!: string;
}
