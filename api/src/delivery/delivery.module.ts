import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { CatalogModule } from '../catalog/catalog.module';
import { OrdersModule } from '../orders/orders.module';
import { OutboxModule } from '../outbox/outbox.module';
import { Chores } from '../platform/chores';
import { UsersModule } from '../users/users.module';
import { Absences } from './absences';
import { AssignmentsService } from './assignments.service';
import { AvailabilityService } from './availability.service';
import { DeliveryCommands } from './delivery-commands';
import { DeliveryController } from './delivery.controller';
import { DeliveryGateway } from './delivery.gateway';
import { DeliveryService } from './delivery.service';
import { LocksService } from './locks.service';
import { PositionsService } from './positions.service';

@Module({
  imports: [OutboxModule, UsersModule, AuthModule, CatalogModule, OrdersModule],
  controllers: [DeliveryController],
  providers: [
    DeliveryService,
    DeliveryCommands,
    DeliveryGateway,
    AssignmentsService,
    LocksService,
    Absences,
    AvailabilityService,
    PositionsService,
  ],
  exports: [DeliveryCommands, AvailabilityService],
})
export class DeliveryModule implements OnApplicationBootstrap {
  constructor(
    private readonly chores: Chores,
    private readonly locks: LocksService,
  ) {}

  onApplicationBootstrap(): void {
    this.chores.every(1000, 'expired locks', () => this.locks.sweep());
  }
}
