import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { DeliveryOrders, DeliveryStats, Earnings, Order, OrderLock } from '@qc/contracts';
import { type Actor, CurrentActor } from '../auth/actor';
import { type Command, CurrentCommand } from '../orders/command';
import { Answers } from '../platform/http/answers';
import type { Versioned } from '../platform/http/etag.interceptor';
import { ObjectIdPipe } from '../platform/mongo/object-id';
import { Queries } from '../platform/openapi/request-schemas';
import { AvailabilityService } from './availability.service';
import { AvailabilityDto, EarningsQueryDto, PositionsDto, ReleaseDto } from './delivery.dto';
import { DeliveryCommands } from './delivery-commands';
import { DeliveryGateway } from './delivery.gateway';
import { DeliveryService } from './delivery.service';
import { LocksService } from './locks.service';

@ApiTags('delivery')
@ApiBearerAuth()
@Controller()
export class DeliveryController {
  constructor(
    private readonly delivery: DeliveryService,
    private readonly commands: DeliveryCommands,
    private readonly locks: LocksService,
    private readonly availability: AvailabilityService,
    private readonly gateway: DeliveryGateway,
  ) {}

  @Post(['orders/:id/accept', 'delivery/:id/accept'])
  @Answers(200, 'Order')
  accept(@CurrentCommand() command: Command, @Param('id', ObjectIdPipe) id: string): Promise<Versioned<Order>> {
    return this.commands.accept(id, command);
  }

  @Post('delivery/:id/lock')
  @Answers(200, 'OrderLock')
  lock(@CurrentCommand() command: Command, @Param('id', ObjectIdPipe) id: string): Promise<Versioned<OrderLock>> {
    return this.commands.lock(id, command);
  }

  @Delete('delivery/:id/lock')
  @Answers(204)
  unlock(@CurrentActor() partner: Actor, @Param('id', ObjectIdPipe) id: string): Promise<void> {
    return this.locks.unlock(id, partner);
  }

  @Post('delivery/:id/release')
  @Answers(200, 'Order')
  release(
    @CurrentCommand() command: Command,
    @Param('id', ObjectIdPipe) id: string,
    @Body() { reason }: ReleaseDto,
  ): Promise<Versioned<Order>> {
    return this.commands.release(id, reason, command);
  }

  @Get('delivery/orders')
  @Answers(200, 'DeliveryOrders')
  orders(@CurrentActor() partner: Actor): Promise<DeliveryOrders> {
    return this.delivery.ordersOf(partner);
  }

  @Get('delivery/stats')
  @Answers(200, 'DeliveryStats')
  stats(@CurrentActor() partner: Actor): Promise<DeliveryStats> {
    return this.delivery.stats(partner);
  }

  @Get('delivery/earnings')
  @Queries(EarningsQueryDto)
  @Answers(200, 'Earnings')
  earnings(@CurrentActor() partner: Actor, @Query() { from, to }: EarningsQueryDto): Promise<Earnings> {
    return this.delivery.earnings(partner, from, to);
  }

  @Put('delivery/availability')
  @Answers(204)
  setAvailability(@CurrentActor() partner: Actor, @Body() { available }: AvailabilityDto): Promise<void> {
    return this.availability.set(partner.id, available);
  }

  @Post('delivery/location')
  @Answers(204)
  location(@CurrentActor() partner: Actor, @Body() { points }: PositionsDto): Promise<void> {
    return this.gateway.record(partner, points);
  }
}
