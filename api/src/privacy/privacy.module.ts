import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { LedgerModule } from '../ledger/ledger.module';
import { OrdersModule } from '../orders/orders.module';
import { OutboxModule } from '../outbox/outbox.module';
import { Chores } from '../platform/chores';
import { UsersModule } from '../users/users.module';
import { ErasureService } from './erasure.service';
import { OrderErasure } from './order-erasure';
import { PersonalDataService } from './personal-data.service';
import { PersonalRecords } from './personal-records';
import { PrivacyController } from './privacy.controller';

/** What a person may ask for: all that is kept about them, and that it goes. */
@Module({
  imports: [UsersModule, AuthModule, OrdersModule, LedgerModule, OutboxModule],
  controllers: [PrivacyController],
  providers: [PersonalDataService, PersonalRecords, ErasureService, OrderErasure],
})
export class PrivacyModule implements OnApplicationBootstrap {
  constructor(
    private readonly chores: Chores,
    private readonly erasure: ErasureService,
  ) {}

  onApplicationBootstrap(): void {
    this.chores.every(60_000, 'erasures to finish', () => this.erasure.finish());
  }
}
