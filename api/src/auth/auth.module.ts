import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { MongooseModule } from '@nestjs/mongoose';
import { PassportModule } from '@nestjs/passport';
import { ThrottlerModule } from '@nestjs/throttler';
import { Env } from '../platform/env';
import { RateStore } from '../platform/limits/rate-store';
import { UsersModule } from '../users/users.module';
import { AccessRefusals } from './access-refusals';
import { AccountErasure } from './account-erasure';
import { AccountsService } from './accounts.service';
import { AuthController } from './auth.controller';
import { AuthService } from './auth.service';
import { ConfirmedAddresses } from './confirmed-addresses';
import { AccessGuard, JwtGuard } from './guards';
import { HashingQueue } from './hashing-queue';
import { InvitationAcceptance } from './invitations/invitation-acceptance';
import { InvitationRecord, InvitationSchema } from './invitations/invitation.schema';
import { InvitationsController } from './invitations/invitations.controller';
import { InvitationsRepository } from './invitations/invitations.repository';
import { InvitationsService } from './invitations/invitations.service';
import { JwtStrategy } from './jwt.strategy';
import { KnownDevices } from './known-devices';
import { OwnAccountService } from './own-account.service';
import { PasswordCheck } from './password-check';
import { SessionCookies } from './session-cookies';
import { EmailVerificationController } from './links/email-verification.controller';
import { EmailVerificationService } from './links/email-verification.service';
import { NewPasswords } from './links/new-passwords';
import { OneTimeLinkRecord, OneTimeLinkSchema } from './links/one-time-link.schema';
import { OneTimeLinks } from './links/one-time-links';
import { OneTimeLinksRepository } from './links/one-time-links.repository';
import { PasswordResetController } from './links/password-reset.controller';
import { PasswordResetService } from './links/password-reset.service';
import { AccountMails } from './mails/account-mails';
import { Passwords } from './passwords';
import { RateLimitGuard, throttling } from './rate-limit.guard';
import { RegistrationService } from './registration.service';
import { RefusalRecord } from './refusal-record';
import { SecondFactorChanges } from './second-factor/second-factor-changes';
import { SecondFactorCodes } from './second-factor/second-factor-codes';
import { SecondFactorGate } from './second-factor/second-factor-gate';
import { SecondFactorController } from './second-factor/second-factor.controller';
import { SecondFactorRecord, SecondFactorSchema } from './second-factor/second-factor.schema';
import { SecondFactorService } from './second-factor/second-factor.service';
import { SecondFactorsRepository } from './second-factor/second-factors.repository';
import { SecuritySettingsRepository } from './security-settings/security-settings.repository';
import { SecuritySettingsRecord, SecuritySettingsSchema } from './security-settings/security-settings.schema';
import { SecuritySettingsService } from './security-settings/security-settings.service';
import { SessionEndings } from './session-endings';
import { SessionRecord, SessionSchema } from './session.schema';
import { SessionsController } from './sessions.controller';
import { SessionsRepository } from './sessions.repository';
import { SessionsService } from './sessions.service';
import { SignIns } from './sign-ins.service';
import { SignInFailuresRecord, SignInFailuresSchema, GuessThrottle } from './guess-throttle';
import { SigningKeys } from './signing-keys';
import { SocketAuth } from './socket-auth';
import { Tokens } from './tokens';

@Module({
  imports: [
    UsersModule,
    PassportModule,
    JwtModule.register({}),
    ThrottlerModule.forRootAsync({ inject: [Env, RateStore], useFactory: throttling }),
    MongooseModule.forFeature([
      { name: SessionRecord.name, schema: SessionSchema },
      { name: SignInFailuresRecord.name, schema: SignInFailuresSchema },
      { name: OneTimeLinkRecord.name, schema: OneTimeLinkSchema },
      { name: InvitationRecord.name, schema: InvitationSchema },
      { name: SecondFactorRecord.name, schema: SecondFactorSchema },
      { name: SecuritySettingsRecord.name, schema: SecuritySettingsSchema },
    ]),
  ],
  controllers: [
    AuthController,
    SessionsController,
    PasswordResetController,
    EmailVerificationController,
    InvitationsController,
    SecondFactorController,
  ],
  providers: [
    AuthService,
    SignIns,
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
    GuessThrottle,
    SocketAuth,
    AccountErasure,
    AccessRefusals,
    RefusalRecord,
    JwtStrategy,
    AccountMails,
    OneTimeLinks,
    OneTimeLinksRepository,
    NewPasswords,
    PasswordResetService,
    EmailVerificationService,
    InvitationsService,
    InvitationsRepository,
    InvitationAcceptance,
    SecuritySettingsService,
    SecuritySettingsRepository,
    ConfirmedAddresses,
    RegistrationService,
    SecondFactorService,
    SecondFactorGate,
    SecondFactorCodes,
    SecondFactorChanges,
    SecondFactorsRepository,
    { provide: APP_GUARD, useClass: JwtGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [
    AccountsService,
    Passwords,
    SessionsService,
    SessionEndings,
    SocketAuth,
    AccountMails,
    AccessRefusals,
    SecuritySettingsService,
    ConfirmedAddresses,
    PasswordCheck,
    GuessThrottle,
    AccountErasure,
  ],
})
export class AuthModule {}
