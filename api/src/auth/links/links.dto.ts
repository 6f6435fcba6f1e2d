import { type ForgotPassword, PASSWORD_BYTES, type ResetPassword, type VerifyEmail } from '@qc/contracts';
import { IsByteLength, IsString, MaxLength } from 'class-validator';
import { Email } from '../auth.dto';

/** Longer than a token is; one that is not ours is refused as a link that is not good. */
export const LONGEST_TOKEN = 100;

export class ForgotPasswordDto implements ForgotPassword {
  @Email() email!: string;
}

export class ResetPasswordDto implements ResetPassword {
  @IsString() @MaxLength(LONGEST_TOKEN) token!: string;
  @IsString() @IsByteLength(PASSWORD_BYTES.min, PASSWORD_BYTES.max) password!: string;
}

export class VerifyEmailDto implements VerifyEmail {
  @IsString() @MaxLength(LONGEST_TOKEN) token!: string;
}
