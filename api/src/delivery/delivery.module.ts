import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module';
import { OrdersModule } from '../orders/orders.module';
import { OutboxModule } from '../outbox/outbox.module';
import { UsersModule } from '../users/users.module';
import { Absences } from './absences';
import { AssignmentsService } from './assignments.service';
import { AvailabilityService } from './availability.service';
import { DeliveryCommands } from './delivery-commands';
import { DeliveryController } from './delivery.controller';
import { DeliveryGateway } from './delivery.gateway';
import { DeliveryService } from './delivery.service';
import { LockSweeper } from './lock-sweeper';
import { LocksService } from './locks.service';
import { PositionsService } from './positions.service';

@Module({
  imports: [OutboxModule, UsersModule, CatalogModule, OrdersModule],
  controllers: [DeliveryController],
  providers: [
    DeliveryService,
    DeliveryCommands,
    DeliveryGateway,
    AssignmentsService,
    LocksService,
    Absences,
    LockSweeper,
    AvailabilityService,
    PositionsService,
  ],
  exports: [DeliveryCommands, AvailabilityService],
})
export class DeliveryModule {}
