import { Global, Module } from '@nestjs/common';
import { Env } from '../platform/env';
import { LogMailer } from './log-mailer';
import { MailQueue } from './mail-queue';
import { Mailer } from './mailer';
import { NoMailer } from './no-mailer';
import { SmtpMailer } from './smtp-mailer';

/** Mail to people, by whatever way the environment offers. */
@Global()
@Module({
  providers: [{ provide: Mailer, inject: [Env], useFactory: mailerFor }, MailQueue],
  exports: [MailQueue],
})
export class MailModule {}

function mailerFor({ SMTP_URL, MAIL_FROM, LOG_LEVEL, production }: Env): Mailer {
  if (SMTP_URL) return new SmtpMailer({ url: SMTP_URL, from: MAIL_FROM!, requireTls: production });
  if (production) return new NoMailer();
  return new LogMailer((text) => void (LOG_LEVEL === 'silent' || process.stdout.write(text)));
}
