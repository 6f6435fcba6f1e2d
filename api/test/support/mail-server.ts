import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface Received {
  /** As the envelope had them: who it really went to. */
  to: string[];
  from: string;
  /** As it came over the wire. */
  raw: string;
  mail: ParsedMail;
}

/** A real SMTP server on loopback that keeps what it is sent. */
export class MailServer {
  readonly received: Received[] = [];
  /** Attempts to hand over a mail, refused ones too. */
  attempts = 0;
  private readonly arrivals = new EventEmitter().setMaxListeners(100);
  private refusals: number[] = [];

  private constructor(private readonly server: SMTPServer) {}

  static async start(port = 0): Promise<MailServer> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: (_address, _session, callback) => {
        self.attempts += 1;
        const code = self.refusals.shift();
        self.arrivals.emit('change');
        callback(code ? refusalWith(code) : null);
      },
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const raw = Buffer.concat(chunks).toString();
          void simpleParser(raw).then((mail) => {
            const { mailFrom, rcptTo } = session.envelope;
            self.received.push({
              to: rcptTo.map(({ address }) => address),
              from: mailFrom ? mailFrom.address : '',
              raw,
              mail,
            });
            self.arrivals.emit('change');
            callback();
          });
        });
      },
    });
    const self = new MailServer(server);
    server.listen(port, '127.0.0.1');
    await once(server.server, 'listening');
    return self;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** The environment of a product that sends its mail here. */
  get env(): Record<string, string> {
    return { SMTP_URL: this.url, MAIL_FROM: 'QuickCommerce <no-reply@shop.test>', PUBLIC_URL: 'https://shop.test' };
  }

  /** The next attempts are answered with these codes; later ones are taken. */
  refuse(...codes: number[]): void {
    this.refusals = codes;
  }

  /** Mails to this address so far whose subject says so. */
  to(address: string, subject = /./): Received[] {
    return this.received.filter((one) => one.to.includes(address) && subject.test(one.mail.subject ?? ''));
  }

  /** The `count`th of those, when it has come. Rejects after 5 s, so that a missing one has a name. */
  async mail(address: string, subject: RegExp, count = 1): Promise<Received> {
    await this.until(() => this.to(address, subject).length >= count, `no ${count}. mail about ${subject.source} came`);
    return this.to(address, subject)[count - 1]!;
  }

  /** The token behind the link of that mail. */
  async token(address: string, subject: RegExp, count = 1): Promise<string> {
    return tokenOf(await this.mail(address, subject, count));
  }

  async until(holds: () => boolean, complaint: string): Promise<void> {
    const limit = AbortSignal.timeout(5000);
    while (!holds()) {
      await once(this.arrivals, 'change', { signal: limit }).catch(() => {
        throw new Error(complaint);
      });
    }
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** As servers do, it names who it was for. */
function refusalWith(responseCode: number): Error {
  return Object.assign(new Error('not for <nina@test.example>'), { responseCode });
}

export function tokenOf({ mail }: Received): string {
  return /https:\/\/shop\.test\/[\w-]+#([\w-]{43})$/m.exec(mail.text ?? '')?.[1] ?? '';
}
