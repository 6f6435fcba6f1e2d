import type { ConfirmPassword } from '@qc/contracts';
import { IsString, MaxLength } from 'class-validator';

export class ConfirmPasswordDto implements ConfirmPassword {
  @IsString() @MaxLength(200) password!: string;
}
