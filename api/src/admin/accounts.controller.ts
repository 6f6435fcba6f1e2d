import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { SecuritySettings, StaffPage, UserAnswer } from '@qc/contracts';
import { type Actor, CurrentActor } from '../auth/actor';
import { SecuritySettingsService } from '../auth/security-settings/security-settings.service';
import { Answers } from '../platform/http/answers';
import { PageQuery } from '../platform/mongo/cursor';
import { ObjectIdPipe } from '../platform/mongo/object-id';
import { Queries } from '../platform/openapi/request-schemas';
import { ApprovePartnerDto, UpdateSecuritySettingsDto } from './accounts.dto';
import { PartnerApprovalService } from './partner-approval.service';
import { StaffService } from './staff.service';

/** Who may do what kind of work, and on what conditions. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin')
export class AccountsController {
  constructor(
    private readonly settings: SecuritySettingsService,
    private readonly staff: StaffService,
    private readonly approval: PartnerApprovalService,
  ) {}

  @Get('security')
  @Answers(200, 'SecuritySettings')
  security(): Promise<SecuritySettings> {
    return this.settings.current();
  }

  @Put('security')
  @Answers(200, 'SecuritySettings')
  updateSecurity(@CurrentActor() admin: Actor, @Body() body: UpdateSecuritySettingsDto): Promise<SecuritySettings> {
    return this.settings.update(body, admin);
  }

  @Get('staff')
  @Queries(PageQuery)
  @Answers(200, 'StaffPage')
  listStaff(@Query() { limit, cursor }: PageQuery): Promise<StaffPage> {
    return this.staff.list(limit, cursor);
  }

  @Put('delivery-partners/:id/approval')
  @Answers(200, 'UserAnswer')
  async approve(
    @CurrentActor() admin: Actor,
    @Param('id', ObjectIdPipe) id: string,
    @Body() { approved }: ApprovePartnerDto,
  ): Promise<UserAnswer> {
    return { user: await this.approval.set(id, approved, admin) };
  }
}
