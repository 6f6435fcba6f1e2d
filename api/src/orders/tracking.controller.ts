import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { TrackedOrder } from '@qc/contracts';
import { Answers } from '../platform/http/answers';
import { OrdersService } from './orders.service';

/** The public link: one delivery, for whoever has its token. */
@ApiTags('tracking')
@Controller('track')
export class TrackingController {
  constructor(private readonly orders: OrdersService) {}

  @Get(':token')
  @Answers(200, 'TrackedOrder')
  track(@Param('token') token: string): Promise<TrackedOrder> {
    return this.orders.tracked(token);
  }
}
