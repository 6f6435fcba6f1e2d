import { Injectable, Logger } from '@nestjs/common';
import { assertHarmless, type Mail, Mailer } from './mailer';

/** Writes mail to the log, so that a newcomer finds its link there. For development: a link opens an account. */
@Injectable()
export class LogMailer extends Mailer {
  private readonly logger = new Logger('Mail');

  send(mail: Mail): Promise<void> {
    assertHarmless(mail);
    this.logger.log(`to ${mail.to}: ${mail.subject}\n\n${mail.text}\n`);
    return Promise.resolve();
  }
}
