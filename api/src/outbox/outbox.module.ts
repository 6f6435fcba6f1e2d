import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { EventRecord, EventSchema } from './event.schema';
import { OutboxRepository } from './outbox.repository';
import { Relay } from './relay';

@Module({
  imports: [MongooseModule.forFeature([{ name: EventRecord.name, schema: EventSchema }])],
  providers: [OutboxRepository, Relay],
  exports: [OutboxRepository, Relay],
})
export class OutboxModule {}
