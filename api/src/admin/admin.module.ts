import { Module, type OnModuleInit } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { CatalogModule } from '../catalog/catalog.module';
import { DeliveryModule } from '../delivery/delivery.module';
import { LedgerModule } from '../ledger/ledger.module';
import { OrdersModule } from '../orders/orders.module';
import { Metrics } from '../platform/metrics/metrics';
import { UsersModule } from '../users/users.module';
import { AccountsController } from './accounts.controller';
import { AdminController } from './admin.controller';
import { AuditReader } from './audit-reader.service';
import { AuditController } from './audit.controller';
import { BoardRepository } from './board.repository';
import { BoardService } from './board.service';
import { PartnerApprovalService } from './partner-approval.service';
import { PartnerListService } from './partner-list.service';
import { PayoutsService } from './payouts.service';
import { StaffService } from './staff.service';
import { UserAccessService } from './user-access.service';

@Module({
  imports: [UsersModule, AuthModule, CatalogModule, OrdersModule, DeliveryModule, LedgerModule],
  controllers: [AdminController, AccountsController, AuditController],
  providers: [
    BoardService,
    BoardRepository,
    PartnerListService,
    PayoutsService,
    UserAccessService,
    PartnerApprovalService,
    StaffService,
    AuditReader,
  ],
})
export class AdminModule implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly board: BoardRepository,
  ) {}

  onModuleInit(): void {
    this.metrics.gauges('qc_open_orders', 'Orders that are not closed, by status', 'status', () =>
      this.board.openByStatus(),
    );
  }
}
