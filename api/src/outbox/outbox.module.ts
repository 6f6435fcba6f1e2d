import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { EventPlaces, EventPlacesSchema, EventRecord, EventSchema } from './event.schema';
import { OutboxRepository } from './outbox.repository';
import { Peers } from './peers';
import { Relay } from './relay';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: EventRecord.name, schema: EventSchema },
      { name: EventPlaces.name, schema: EventPlacesSchema },
    ]),
  ],
  providers: [OutboxRepository, Relay, Peers],
  exports: [OutboxRepository, Relay],
})
export class OutboxModule {}
