import { Body, Controller, Get, Headers, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiTags } from '@nestjs/swagger';
import type { CancellationTerms, Order, OrderEvent, Page, Quote } from '@qc/contracts';
import { type Actor, CurrentActor } from '../auth/actor';
import { Answers } from '../platform/http/answers';
import type { Versioned } from '../platform/http/etag.interceptor';
import { PageQuery } from '../platform/mongo/cursor';
import { ObjectIdPipe } from '../platform/mongo/object-id';
import { Queries } from '../platform/openapi/request-schemas';
import { BasketService } from './basket.service';
import { type Command, CurrentCommand } from './command';
import { OrderCommands } from './order-commands';
import {
  CancelDto,
  EventsQueryDto,
  MoveOrderDto,
  OrdersQueryDto,
  PlaceOrderDto,
  QuoteDto,
  RatingDto,
} from './orders.dto';
import { OrdersService } from './orders.service';

@ApiTags('orders')
@ApiBearerAuth()
@Controller('orders')
export class OrdersController {
  constructor(
    private readonly orders: OrdersService,
    private readonly baskets: BasketService,
    private readonly commands: OrderCommands,
  ) {}

  @Post('quote')
  @Answers(200, 'Quote')
  quote(@Body() body: QuoteDto): Promise<Quote> {
    return this.baskets.quote(body);
  }

  @Post()
  @ApiHeader({
    name: 'x-test-payment',
    required: false,
    description: 'Outside production: `fail`, `late` or `twice` is what the test provider does.',
  })
  @Answers(201, 'Order')
  place(
    @CurrentCommand() command: Command,
    @Body() body: PlaceOrderDto,
    @Headers('x-test-payment') instruction?: string,
  ): Promise<Versioned<Order>> {
    return this.commands.place(body, command, instruction);
  }

  @Get()
  @Queries(OrdersQueryDto)
  @Answers(200, 'OrderPage')
  list(@CurrentActor() actor: Actor, @Query() query: OrdersQueryDto): Promise<Page<Order>> {
    return this.orders.list(actor, query);
  }

  @Get('unassigned')
  @Queries(PageQuery)
  @Answers(200, 'OrderPage')
  unassigned(@CurrentActor() actor: Actor, @Query() { limit, cursor }: PageQuery): Promise<Page<Order>> {
    return this.orders.unassigned(actor, limit, cursor);
  }

  @Get(':id')
  @Answers(200, 'Order')
  read(@CurrentActor() actor: Actor, @Param('id', ObjectIdPipe) id: string): Promise<Versioned<Order>> {
    return this.orders.read(actor, id);
  }

  @Get(':id/events')
  @Queries(EventsQueryDto)
  @Answers(200, 'OrderEventPage')
  events(
    @CurrentActor() actor: Actor,
    @Param('id', ObjectIdPipe) id: string,
    @Query() { after, limit }: EventsQueryDto,
  ): Promise<Page<OrderEvent>> {
    return this.orders.events(actor, id, after, limit);
  }

  @Get(':id/cancellation')
  @Answers(200, 'CancellationTerms')
  cancellation(@CurrentActor() actor: Actor, @Param('id', ObjectIdPipe) id: string): Promise<CancellationTerms> {
    return this.orders.cancellation(actor, id);
  }

  @Put(':id/status')
  @Answers(200, 'Order')
  move(
    @CurrentCommand() command: Command,
    @Param('id', ObjectIdPipe) id: string,
    @Body() body: MoveOrderDto,
  ): Promise<Versioned<Order>> {
    return this.commands.move(id, body, command);
  }

  @Post(':id/cancel')
  @Answers(200, 'Order')
  cancel(
    @CurrentCommand() command: Command,
    @Param('id', ObjectIdPipe) id: string,
    @Body() { reason }: CancelDto,
  ): Promise<Versioned<Order>> {
    return this.commands.move(id, { status: 'cancelled', note: reason }, command);
  }

  @Post(':id/rating')
  @Answers(200, 'Order')
  rate(
    @CurrentCommand() command: Command,
    @Param('id', ObjectIdPipe) id: string,
    @Body() body: RatingDto,
  ): Promise<Versioned<Order>> {
    return this.commands.rate(id, body, command);
  }

  @Post(':id/reorder')
  @Answers(201, 'Order')
  reorder(@CurrentCommand() command: Command, @Param('id', ObjectIdPipe) id: string): Promise<Versioned<Order>> {
    return this.commands.reorder(id, command);
  }
}
