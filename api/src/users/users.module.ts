import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { PartnerRecord, PartnerSchema } from './partner.schema';
import { PartnersRepository } from './partners.repository';
import { UserRecord, UserSchema } from './user.schema';
import { UsersRepository } from './users.repository';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: UserRecord.name, schema: UserSchema },
      { name: PartnerRecord.name, schema: PartnerSchema },
    ]),
  ],
  providers: [UsersRepository, PartnersRepository],
  exports: [UsersRepository, PartnersRepository],
})
export class UsersModule {}
