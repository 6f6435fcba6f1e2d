import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Env } from '../platform/env';
import { PaymentProvider } from './payment-provider';
import { PaymentRecord, PaymentSchema } from './payment.schema';
import { PaymentsRepository } from './payments.repository';
import { NoPayments, TestPayments } from './test-payments';

@Module({
  imports: [MongooseModule.forFeature([{ name: PaymentRecord.name, schema: PaymentSchema }])],
  providers: [
    PaymentsRepository,
    {
      provide: PaymentProvider,
      inject: [Env],
      useFactory: (env: Env) => (env.production ? new NoPayments() : new TestPayments()),
    },
  ],
  exports: [PaymentProvider, PaymentsRepository],
})
export class PaymentsModule {}
