import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { CatalogModule } from '../catalog/catalog.module';
import { UsersModule } from '../users/users.module';
import { ConfigController } from './config.controller';
import { FirstData } from './first-data';

@Module({
  imports: [UsersModule, AuthModule, CatalogModule],
  controllers: [ConfigController],
  providers: [FirstData],
  exports: [FirstData],
})
export class DemoModule {}
