import type { OnModuleDestroy } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { assertHarmless, type Mail, Mailer, MailRefused } from './mailer';

/** Milliseconds. A server that says nothing for longer is tried again later. */
const PATIENCE = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000, dnsTimeout: 5_000 };

export interface SmtpOptions {
  /** `smtps://user:password@host:465`, or `smtp://…`, which turns to TLS by STARTTLS. Its query may set what nodemailer knows. */
  url: string;
  /** An address, with or without a name. */
  from: string;
  /** Without TLS nothing is sent, unless the URL says `requireTLS=false`. */
  requireTls: boolean;
}

export class SmtpMailer extends Mailer implements OnModuleDestroy {
  private readonly transport: Transporter;

  constructor({ url, from, requireTls }: SmtpOptions) {
    super();
    this.transport = createTransport(
      { url, pool: true, maxConnections: 2, requireTLS: requireTls, ...PATIENCE },
      // a mail is what was written here: it fetches nothing, and answers no machine
      { from, disableFileAccess: true, disableUrlAccess: true, headers: { 'Auto-Submitted': 'auto-generated' } },
    );
  }

  async send(mail: Mail): Promise<void> {
    assertHarmless(mail);
    const { to, ...content } = mail;
    try {
      // as a name and an address apart: a list of addresses is never read out of one
      await this.transport.sendMail({ ...content, to: { name: '', address: to } });
    } catch (error) {
      if (isFinal(error)) throw new MailRefused(`the mail server refused it for good (${error.responseCode})`);
      throw error;
    }
  }

  onModuleDestroy(): void {
    this.transport.close();
  }
}

/** 5xx: no (RFC 5321 §4.2.1); but for the log-in and the greeting, which whoever keeps the server may mend. */
function isFinal(error: unknown): error is { responseCode: number } {
  const { responseCode, code } = error as { responseCode?: unknown; code?: unknown };
  return typeof responseCode === 'number' && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
}
