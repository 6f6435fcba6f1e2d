import { type AuditQuery, type Role } from '@qc/contracts';
import { IsDate, IsIn, IsOptional, Matches } from 'class-validator';
import { MomentFromQuery } from '../platform/http/moments';
import { PageQuery } from '../platform/mongo/cursor';
import { IsId } from '../platform/mongo/object-id';

const ROLES = ['customer', 'partner', 'admin'] as const satisfies readonly Role[];

export class AuditQueryDto extends PageQuery implements Omit<AuditQuery, 'from' | 'to'> {
  @IsOptional()
  @Matches(/^[a-z][a-z._-]{0,63}$/, { message: 'action must be the beginning of an action, e.g. order.cancelled' })
  action?: string;
  @IsOptional() @IsId() actorId?: string;
  @IsOptional() @IsId() targetId?: string;
  @IsOptional() @IsIn(ROLES) role?: Role;
  @IsOptional() @MomentFromQuery() @IsDate() from?: Date;
  @IsOptional() @MomentFromQuery() @IsDate() to?: Date;
}
