import { assertHarmless, type Mail, Mailer } from './mailer';

/** Shows mail where the server was started, so that a newcomer finds its link there. For development: a link opens an account. */
export class LogMailer extends Mailer {
  /** @param write past the log, which would keep the address and the link to itself */
  constructor(private readonly write: (text: string) => void) {
    super();
  }

  send(mail: Mail): Promise<void> {
    assertHarmless(mail);
    this.write(`\nmail to ${mail.to}: ${mail.subject}\n\n${mail.text}\n`);
    return Promise.resolve();
  }
}
