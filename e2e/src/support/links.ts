import type { MailServer } from '../../../api/test/support/mail-server';

/** Page and token of the link in a mail, as its reader follows it. */
export async function linkIn(mails: MailServer, address: string, subject: RegExp): Promise<string> {
  const { mail } = await mails.mail(address, subject);
  const { pathname, hash } = new URL(/https?:\/\/\S+#\S+/.exec(mail.text ?? '')![0]);
  return pathname + hash;
}
