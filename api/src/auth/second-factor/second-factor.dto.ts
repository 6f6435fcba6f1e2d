import type { ConfirmPassword, ConfirmSecondFactor, RemoveSecondFactor } from '@qc/contracts';
import { IsString, Matches, MaxLength } from 'class-validator';

export class SetUpSecondFactorDto implements ConfirmPassword {
  @IsString() @MaxLength(200) password!: string;
}

export class ConfirmSecondFactorDto implements ConfirmSecondFactor {
  @IsString() @Matches(/^\d{6}$/, { message: 'code must be six digits' }) code!: string;
}

export class RemoveSecondFactorDto implements RemoveSecondFactor {
  @IsString() @MaxLength(200) password!: string;
  @IsString() @MaxLength(40) code!: string;
}
