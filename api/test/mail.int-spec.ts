import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { LogMailer } from '../src/mail/log-mailer';
import { MailQueue } from '../src/mail/mail-queue';
import { type Mail, MailRefused } from '../src/mail/mailer';
import { NoMailer } from '../src/mail/no-mailer';
import { SmtpMailer } from '../src/mail/smtp-mailer';
import { freePort } from './support/free-port';
import { MailServer } from './support/mail-server';
import { TestServer } from './support/test-server';

const TO = 'nina@test.example';
const mailTo = (to: string, fields: Partial<Mail> = {}): Mail => ({
  to,
  subject: 'Confirm',
  text: 'https://shop.test/verify-email#a-secret',
  html: '<p>Confirm</p>',
  ...fields,
});

/** Everything that is logged from now on. */
function logged(): () => string {
  const levels = ['log', 'warn', 'error', 'debug', 'verbose', 'fatal'] as const;
  const spies = levels.map((level) => jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined));
  return () => JSON.stringify(spies.flatMap((spy) => spy.mock.calls));
}
afterEach(() => void jest.restoreAllMocks());

describe('mail over SMTP', () => {
  let server: MailServer;
  let mailer: SmtpMailer;
  beforeAll(async () => {
    server = await MailServer.start();
    mailer = new SmtpMailer({ url: server.url, from: 'QuickCommerce <no-reply@shop.test>', requireTls: false });
  });
  afterAll(async () => {
    mailer.onModuleDestroy();
    await server.stop();
  });

  it('comes as it was written, as text and as HTML, from the one who is set to write', async () => {
    await mailer.send(
      mailTo(TO, { subject: 'Grüße – 2', text: 'a line\n\nand ünother', html: '<p>a &lt;line&gt;</p>' }),
    );
    const { mail, to, from, raw } = await server.mail(TO, /Grüße/);
    expect([to, from]).toEqual([[TO], 'no-reply@shop.test']);
    expect(mail.from?.text).toBe('"QuickCommerce" <no-reply@shop.test>');
    expect([mail.text, mail.html]).toEqual(['a line\n\nand ünother', '<p>a &lt;line&gt;</p>']);
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  });

  it.each([
    ['a line of its own', 'nina@test.example\r\nBcc: victim@test.example'],
    ['a bare line feed', 'nina@test.example\nBcc: victim@test.example'],
    ['a second address', 'nina@test.example, victim@test.example'],
    ['a name before the address', 'victim@test.example <nina@test.example>'],
    ['an address within quotes', '"victim@test.example x"@test.example'],
    ['a comment', 'nina(victim@test.example)@test.example'],
    ['a group', 'all:victim@test.example;'],
    ['a route', '@relay.example:nina@test.example'],
    ['no letters that can be seen', 'nina\u0000@test.example'],
    ['a direction of its own', 'nina\u202e@test.example'],
    ['no end', `${'a'.repeat(250)}@test.example`],
    ['nothing', ''],
  ])('is not sent to an address with %s', async (_what, to) => {
    const before = server.attempts;
    await expect(mailer.send(mailTo(to))).rejects.toThrow(MailRefused);
    expect(server.attempts).toBe(before);
  });

  it.each(['Hello\r\nBcc: victim@test.example', 'Hello\nX-Own: header', 'Hello\u0000'])(
    'is not sent with the subject %j',
    async (subject) => {
      await expect(mailer.send(mailTo(TO, { subject }))).rejects.toThrow(MailRefused);
    },
  );

  it('holds nothing of a file or an address that its text names', async () => {
    const text = '{"path":"/etc/passwd"} file:///etc/passwd';
    await mailer.send(mailTo('reader@test.example', { text, html: `<img src="file:///etc/passwd">` }));
    expect((await server.mail('reader@test.example', /Confirm/)).raw).not.toMatch(/root:/);
  });

  it('is not sent in the clear where TLS is asked for', async () => {
    const strict = new SmtpMailer({ url: server.url, from: 'a@shop.test', requireTls: true });
    const before = server.attempts;
    await expect(strict.send(mailTo('clear@test.example'))).rejects.toThrow();
    expect(server.attempts).toBe(before);
    strict.onModuleDestroy();
  });

  it('says of a refusal for good that no further try is worth it', async () => {
    server.refuse(550);
    await expect(mailer.send(mailTo(TO))).rejects.toThrow(MailRefused);
    server.refuse(451);
    await expect(mailer.send(mailTo(TO))).rejects.not.toThrow(MailRefused);
  });

  describe('by the queue', () => {
    it('is tried again when the server had no time, and nobody waits for it', async () => {
      const queue = new MailQueue(mailer);
      const log = logged();
      server.refuse(451);
      queue.add('test', () => Promise.resolve(mailTo('again@test.example')));
      await server.mail('again@test.example', /Confirm/);
      expect(log()).toMatch(/test: tried again in 1 s: .*451/);
      expect(log()).not.toMatch(/nina|again@|secret/);
      await queue.onModuleDestroy();
    });

    it('is not tried again after a refusal for good, and the log names no person', async () => {
      const queue = new MailQueue(mailer);
      const log = logged();
      server.refuse(550);
      queue.add('test', () => Promise.resolve(mailTo('nobody@test.example')));
      queue.add('test', () => Promise.resolve(mailTo('after@test.example')));
      await server.mail('after@test.example', /Confirm/);
      await queue.onModuleDestroy();
      expect(log()).toMatch(/test: not sent: .*550/);
      expect(log()).not.toMatch(/nina|nobody@|secret|tried again/);
      expect(server.to('nobody@test.example')).toEqual([]);
    });

    it('of which one cannot be written holds no other up', async () => {
      const queue = new MailQueue(mailer);
      const log = logged();
      queue.add('test', () => Promise.reject(new Error('nina@test.example is not to be found')));
      queue.add('test', () => Promise.resolve(null));
      queue.add('test', () => Promise.resolve(mailTo('next@test.example')));
      await server.mail('next@test.example', /Confirm/);
      expect(log()).toMatch(/test: Error/);
      expect(log()).not.toMatch(/nina/);
      await queue.onModuleDestroy();
    });

    it('is sent to its end before the process ends', async () => {
      const queue = new MailQueue(mailer);
      for (let n = 0; n < 20; n += 1) queue.add('test', () => Promise.resolve(mailTo(`last.${n}@test.example`)));
      await queue.onModuleDestroy();
      for (let n = 0; n < 20; n += 1) expect(server.to(`last.${n}@test.example`)).toHaveLength(1);
    });

    it('of which there is a flood is dropped beyond a thousand', async () => {
      const queue = new MailQueue(mailer);
      const log = logged();
      let written = 0;
      const write = (): Promise<null> => Promise.resolve(null).finally(() => (written += 1));
      for (let n = 0; n < 5000; n += 1) queue.add('flood', write);
      await queue.onModuleDestroy();
      expect(written).toBeGreaterThanOrEqual(1000);
      expect(written).toBeLessThan(1100);
      expect(log()).toMatch(/dropped/);
    });
  });
});

describe('mail without a server', () => {
  it('is shown in development, with its link', async () => {
    const shown: string[] = [];
    await new LogMailer((text) => shown.push(text)).send(mailTo(TO));
    expect(shown.join()).toMatch(
      /mail to nina@test\.example: Confirm\n\nhttps:\/\/shop\.test\/verify-email#a-secret$/m,
    );
  });

  it('is kept to itself in production, which says so once', async () => {
    const log = logged();
    const mailer = new NoMailer();
    mailer.onApplicationBootstrap();
    await mailer.send();
    expect(log()).toMatch(/mail is not set up/);
    expect(log()).not.toMatch(/nina|secret/);
  });

  it('costs nobody an answer when the server is away', async () => {
    const port = await freePort();
    const server = await TestServer.start({ SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'no-reply@shop.test' });
    try {
      const customer = await server.customer();
      const since = performance.now();
      expect((await server.anonymous().post('/auth/password/forgot', { email: customer.user.email })).status).toBe(204);
      expect((await customer.post('/auth/email/verification')).status).toBe(204);
      expect(performance.now() - since).toBeLessThan(2000);
    } finally {
      await server.stop();
    }
  });
});
