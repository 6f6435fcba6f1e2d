import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { CatalogModule } from '../catalog/catalog.module';
import { DeliveryModule } from '../delivery/delivery.module';
import { LedgerModule } from '../ledger/ledger.module';
import { OrdersModule } from '../orders/orders.module';
import { UsersModule } from '../users/users.module';
import { AdminController } from './admin.controller';
import { BoardRepository } from './board.repository';
import { BoardService } from './board.service';
import { PartnerListService } from './partner-list.service';
import { PayoutsService } from './payouts.service';
import { UserAccessService } from './user-access.service';

@Module({
  imports: [UsersModule, AuthModule, CatalogModule, OrdersModule, DeliveryModule, LedgerModule],
  controllers: [AdminController],
  providers: [BoardService, BoardRepository, PartnerListService, PayoutsService, UserAccessService],
})
export class AdminModule {}
