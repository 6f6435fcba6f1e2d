import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { LedgerRepository } from './ledger.repository';
import { LedgerRecord, LedgerSchema } from './ledger.schema';

@Module({
  imports: [MongooseModule.forFeature([{ name: LedgerRecord.name, schema: LedgerSchema }])],
  providers: [LedgerRepository],
  exports: [LedgerRepository],
})
export class LedgerModule {}
