import type { ApprovePartner, UpdateSecuritySettings } from '@qc/contracts';
import { IsBoolean, IsOptional } from 'class-validator';

export class ApprovePartnerDto implements ApprovePartner {
  @IsBoolean() approved!: boolean;
}

export class UpdateSecuritySettingsDto implements UpdateSecuritySettings {
  @IsOptional() @IsBoolean() partnerVerification?: boolean;
  @IsOptional() @IsBoolean() emailVerification?: boolean;
  @IsOptional() @IsBoolean() adminSecondFactor?: boolean;
}
