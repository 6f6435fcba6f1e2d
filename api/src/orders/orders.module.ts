import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuthModule } from '../auth/auth.module';
import { CatalogModule } from '../catalog/catalog.module';
import { LedgerModule } from '../ledger/ledger.module';
import { OutboxModule } from '../outbox/outbox.module';
import { PaymentsModule } from '../payments/payments.module';
import { UsersModule } from '../users/users.module';
import { AdminFeed } from './admin-feed';
import { BasketService } from './basket.service';
import { CommandLog } from './command-log';
import { CommandRecord, CommandSchema } from './command.schema';
import { Chores } from '../platform/chores';
import { OrderAccounts } from './order-accounts.service';
import { OrderBroadcast } from './order-broadcast';
import { OrderCommands } from './order-commands';
import { OrderMovesService } from './order-moves.service';
import { OrderRecord, OrderSchema } from './order.schema';
import { OrderViews } from './order-views';
import { OrdersController } from './orders.controller';
import { OrdersGateway } from './orders.gateway';
import { OrdersRepository } from './orders.repository';
import { OrdersService } from './orders.service';
import { PlacingService } from './placing.service';
import { RatingsService } from './ratings.service';
import { SettlementService } from './settlement.service';
import { SocketGate } from './socket-gate';
import { SocketLimits } from './socket-limits';
import { SocketHandshake } from './socket-handshake';
import { TrackingController } from './tracking.controller';

@Module({
  imports: [
    OutboxModule,
    UsersModule,
    AuthModule,
    CatalogModule,
    PaymentsModule,
    LedgerModule,
    MongooseModule.forFeature([
      { name: OrderRecord.name, schema: OrderSchema },
      { name: CommandRecord.name, schema: CommandSchema },
    ]),
  ],
  controllers: [OrdersController, TrackingController],
  providers: [
    OrdersService,
    OrdersRepository,
    OrderViews,
    OrderCommands,
    CommandLog,
    OrderAccounts,
    BasketService,
    PlacingService,
    OrderMovesService,
    SettlementService,
    RatingsService,
    OrdersGateway,
    OrderBroadcast,
    SocketHandshake,
    SocketGate,
    SocketLimits,
    AdminFeed,
  ],
  exports: [OrdersService, OrdersRepository, OrderViews, OrderMovesService, OrderBroadcast, CommandLog, MongooseModule],
})
export class OrdersModule implements OnApplicationBootstrap {
  constructor(
    private readonly chores: Chores,
    private readonly settlement: SettlementService,
  ) {}

  onApplicationBootstrap(): void {
    this.chores.every(1000, 'payments due', () => this.settlement.sweep());
  }
}
