import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { MongooseModule } from '@nestjs/mongoose';
import { PassportModule } from '@nestjs/passport';
import { UsersModule } from '../users/users.module';
import { AccountsService } from './accounts.service';
import { AuthController } from './auth.controller';
import { AuthService } from './auth.service';
import { AccessGuard, JwtGuard } from './guards';
import { HashingQueue } from './hashing-queue';
import { JwtStrategy } from './jwt.strategy';
import { KnownDevices } from './known-devices';
import { OwnAccountService } from './own-account.service';
import { PasswordCheck } from './password-check';
import { Passwords } from './passwords';
import { SessionCookies } from './session-cookies';
import { SessionEndings } from './session-endings';
import { SessionRecord, SessionSchema } from './session.schema';
import { SessionsController } from './sessions.controller';
import { SessionsRepository } from './sessions.repository';
import { SessionsService } from './sessions.service';
import { SignInFailuresRecord, SignInFailuresSchema, SignInThrottle } from './sign-in-throttle';
import { SigningKeys } from './signing-keys';
import { SocketAuth } from './socket-auth';
import { Tokens } from './tokens';

@Module({
  imports: [
    UsersModule,
    PassportModule,
    JwtModule.register({}),
    MongooseModule.forFeature([
      { name: SessionRecord.name, schema: SessionSchema },
      { name: SignInFailuresRecord.name, schema: SignInFailuresSchema },
    ]),
  ],
  controllers: [AuthController, SessionsController],
  providers: [
    AuthService,
    OwnAccountService,
    AccountsService,
    SessionsService,
    SessionsRepository,
    SessionEndings,
    Passwords,
    PasswordCheck,
    KnownDevices,
    HashingQueue,
    SessionCookies,
    SigningKeys,
    Tokens,
    SignInThrottle,
    SocketAuth,
    JwtStrategy,
    { provide: APP_GUARD, useClass: JwtGuard },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [AccountsService, PasswordCheck, Passwords, SessionsService, SessionEndings, SocketAuth],
})
export class AuthModule {}
