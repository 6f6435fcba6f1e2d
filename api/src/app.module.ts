import { type DynamicModule, Module } from '@nestjs/common';
import { AdminModule } from './admin/admin.module';
import { AuditModule } from './audit/audit.module';
import { AuthModule } from './auth/auth.module';
import { CatalogModule } from './catalog/catalog.module';
import { DeliveryModule } from './delivery/delivery.module';
import { DemoModule } from './demo/demo.module';
import { MailModule } from './mail/mail.module';
import { NotificationsModule } from './notifications/notifications.module';
import { OrdersModule } from './orders/orders.module';
import { OutboxModule } from './outbox/outbox.module';
import { PaymentsModule } from './payments/payments.module';
import type { Env } from './platform/env';
import { LogModule } from './platform/log.module';
import { PlatformModule } from './platform/platform.module';
import { PrivacyModule } from './privacy/privacy.module';
import { UsersModule } from './users/users.module';

/** The table of contents: each module may use those above it. */
@Module({})
export class AppModule {
  static with(env: Env): DynamicModule {
    return {
      module: AppModule,
      imports: [
        LogModule.with(env),
        PlatformModule.with(env),
        OutboxModule,
        AuditModule,
        MailModule,
        UsersModule,
        AuthModule,
        CatalogModule,
        PaymentsModule,
        OrdersModule,
        DeliveryModule,
        PrivacyModule,
        NotificationsModule,
        AdminModule,
        DemoModule,
      ],
    };
  }
}
