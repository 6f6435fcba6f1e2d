import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/orders.module';
import { OutboxModule } from '../outbox/outbox.module';
import { OrderNotifications } from './order-notifications';

@Module({ imports: [OutboxModule, OrdersModule], providers: [OrderNotifications] })
export class NotificationsModule {}
