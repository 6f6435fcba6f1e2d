import { Module } from '@nestjs/common';
import { Env } from '../platform/env';
import { PaymentProvider } from './payment-provider';
import { NoPayments, TestPayments } from './test-payments';

@Module({
  providers: [
    {
      provide: PaymentProvider,
      inject: [Env],
      useFactory: (env: Env) => (env.production ? new NoPayments() : new TestPayments()),
    },
  ],
  exports: [PaymentProvider],
})
export class PaymentsModule {}
