import { type AcceptInvitation, type Invite, PASSWORD_BYTES } from '@qc/contracts';
import { Type } from 'class-transformer';
import { IsByteLength, IsDefined, IsObject, IsString, MaxLength, ValidateNested } from 'class-validator';
import { Email, ProfileDto } from '../auth.dto';
import { LONGEST_TOKEN } from '../links/links.dto';

export class InviteDto implements Invite {
  @Email() email!: string;
}

export class AcceptInvitationDto implements AcceptInvitation {
  @IsString() @MaxLength(LONGEST_TOKEN) token!: string;
  @IsString() @IsByteLength(PASSWORD_BYTES.min, PASSWORD_BYTES.max) password!: string;
  @IsDefined() @IsObject() @ValidateNested() @Type(() => ProfileDto) profile!: ProfileDto;
}
