/** One mail to one person, written in full. */
export interface Mail {
  /** The bare address. */
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Hands mail to the world. Which of them is at work is the environment's business. */
export abstract class Mailer {
  /** Resolves when the next server along the way has taken it. @throws MailRefused, or whatever the network does */
  abstract send(mail: Mail): Promise<void>;
}

/** A mail that no further try can bring through. */
export class MailRefused extends Error {}

/** What an address may hold for us: nothing that a header or the envelope could be ended or widened with. */
const ADDRESS = /^[^\s<>()[\]\\,;:"@\p{C}]+@[^\s<>()[\]\\,;:"@\p{C}]+$/u;

/** @throws MailRefused for an address or a subject that would write headers of its own, or reach somebody else */
export function assertHarmless({ to, subject }: Mail): void {
  if (to.length > 254 || !ADDRESS.test(to)) throw new MailRefused('the address is not one that mail can be sent to');
  if (/\p{C}/u.test(subject)) throw new MailRefused('the subject is more than one line');
}
