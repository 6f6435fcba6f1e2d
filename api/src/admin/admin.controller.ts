import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type {
  DashboardData,
  LiveStats,
  Order,
  OrderLedger,
  Page,
  PartnerBalances,
  PartnerSummary,
  SettingsView,
  UserAnswer,
} from '@qc/contracts';
import { type Actor, CurrentActor } from '../auth/actor';
import { StoresService } from '../catalog/stores.service';
import { DeliveryCommands } from '../delivery/delivery-commands';
import { type Command, CurrentCommand } from '../orders/command';
import { Answers } from '../platform/http/answers';
import type { Versioned } from '../platform/http/etag.interceptor';
import { PageQuery } from '../platform/mongo/cursor';
import { ObjectIdPipe } from '../platform/mongo/object-id';
import { Queries } from '../platform/openapi/request-schemas';
import {
  AdminOrdersQueryDto,
  AssignDto,
  SetActiveDto,
  SettingsQueryDto,
  UnassignDto,
  UpdateSettingsDto,
} from './admin.dto';
import { BoardService } from './board.service';
import { PartnerListService } from './partner-list.service';
import { PayoutsService } from './payouts.service';
import { UserAccessService } from './user-access.service';

@ApiTags('admin')
@ApiBearerAuth()
@Controller()
export class AdminController {
  constructor(
    private readonly board: BoardService,
    private readonly partners: PartnerListService,
    private readonly commands: DeliveryCommands,
    private readonly stores: StoresService,
    private readonly access: UserAccessService,
    private readonly payouts: PayoutsService,
  ) {}

  @Put(['orders/:id/assign', 'admin/orders/:id/assign'])
  @Answers(200, 'Order')
  assign(
    @CurrentCommand() command: Command,
    @Param('id', ObjectIdPipe) id: string,
    @Body() { partnerId }: AssignDto,
  ): Promise<Versioned<Order>> {
    return this.commands.assign(id, partnerId, command);
  }

  @Put('admin/orders/:id/unassign')
  @Answers(200, 'Order')
  unassign(
    @CurrentCommand() command: Command,
    @Param('id', ObjectIdPipe) id: string,
    @Body() { reason }: UnassignDto,
  ): Promise<Versioned<Order>> {
    return this.commands.unassign(id, reason, command);
  }

  @Get('admin/orders')
  @Queries(AdminOrdersQueryDto)
  @Answers(200, 'OrderPage')
  orders(@CurrentActor() admin: Actor, @Query() query: AdminOrdersQueryDto): Promise<Page<Order>> {
    return this.board.list(admin, query);
  }

  @Get('admin/orders/:id/ledger')
  @Answers(200, 'OrderLedger')
  ledger(@Param('id', ObjectIdPipe) id: string): Promise<OrderLedger> {
    return this.payouts.ofOrder(id);
  }

  @Get('admin/delivery-partners')
  @Queries(PageQuery)
  @Answers(200, 'PartnerSummaryPage')
  deliveryPartners(@Query() { limit, cursor }: PageQuery): Promise<Page<PartnerSummary>> {
    return this.partners.list(limit, cursor);
  }

  @Get('admin/delivery-partners/:id/balance')
  @Answers(200, 'PartnerBalances')
  balance(@Param('id', ObjectIdPipe) id: string): Promise<PartnerBalances> {
    return this.payouts.balances(id);
  }

  @Post('admin/delivery-partners/:id/payout')
  @Answers(200, 'PartnerBalances')
  payOut(@CurrentActor() admin: Actor, @Param('id', ObjectIdPipe) id: string): Promise<PartnerBalances> {
    return this.payouts.payOut(id, admin);
  }

  @Get('admin/live-stats')
  @Answers(200, 'LiveStats')
  liveStats(): Promise<LiveStats> {
    return this.board.live();
  }

  @Get('admin/dashboard-data')
  @Answers(200, 'DashboardData')
  dashboardData(@CurrentActor() admin: Actor): Promise<DashboardData> {
    return this.board.dashboard(admin);
  }

  @Put('admin/users/:id/active')
  @Answers(200, 'UserAnswer')
  async setActive(
    @CurrentActor() admin: Actor,
    @Param('id', ObjectIdPipe) id: string,
    @Body() { active }: SetActiveDto,
  ): Promise<UserAnswer> {
    return { user: await this.access.setActive(id, active, admin) };
  }

  @Get('admin/settings')
  @Queries(SettingsQueryDto)
  @Answers(200, 'SettingsView')
  settings(@Query() { storeId }: SettingsQueryDto): Promise<SettingsView> {
    return this.stores.settings(storeId);
  }

  @Put('admin/settings')
  @Answers(200, 'SettingsView')
  updateSettings(@CurrentActor() admin: Actor, @Body() body: UpdateSettingsDto): Promise<SettingsView> {
    return this.stores.updateSettings(body, admin);
  }
}
