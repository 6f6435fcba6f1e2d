import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Mailer } from './mailer';

/** In production without a mail server: says so once, and keeps what it was given to itself. */
@Injectable()
export class NoMailer extends Mailer implements OnApplicationBootstrap {
  private readonly logger = new Logger('Mail');

  onApplicationBootstrap(): void {
    this.logger.warn(
      'mail is not set up (SMTP_URL, MAIL_FROM, PUBLIC_URL): links for passwords, addresses and invitations are not sent',
    );
  }

  send(): Promise<void> {
    return Promise.resolve();
  }
}
