import type { Mail } from '../../mail/mailer';

/** What a mail says, before it has a form. Nothing in it is anybody's own text: a name could be a message to a stranger. */
interface Letter {
  subject: string;
  lines: string[];
  link?: { label: string; url: string };
  after?: string[];
}

const NOT_YOU = 'If it was not you, you need not do anything: without this link nothing changes.';

export function passwordResetLetter(to: string, url: string): Mail {
  return mailOf(to, {
    subject: 'Choose a new password',
    lines: ['Somebody asked for a new password for the QuickCommerce account with this e-mail address.'],
    link: { label: 'Choose a new password', url },
    after: ['The link works once, within an hour.', NOT_YOU],
  });
}

export function emailVerificationLetter(to: string, url: string): Mail {
  return mailOf(to, {
    subject: 'Confirm your e-mail address',
    lines: ['A QuickCommerce account was made with this e-mail address. Please confirm that it is yours.'],
    link: { label: 'Confirm the address', url },
    after: ['The link works once, within a day.', 'If the account is not yours, do not follow it.'],
  });
}

export function invitationLetter(to: string, url: string): Mail {
  return mailOf(to, {
    subject: 'You are invited to QuickCommerce',
    lines: ['You are invited to run this QuickCommerce installation as an admin.'],
    link: { label: 'Take up the invitation', url },
    after: ['The link works once, within seven days.', 'If you expected no invitation, do not follow it.'],
  });
}

export function passwordChangedLetter(to: string, url: string): Mail {
  return mailOf(to, {
    subject: 'Your password was changed',
    lines: ['The password of your QuickCommerce account was changed just now.', 'If it was not you, choose a new one:'],
    link: { label: 'Choose a new password', url },
  });
}

export function secondFactorLetter(to: string, on: boolean, url: string): Mail {
  return mailOf(to, {
    subject: on ? 'A second factor was set up' : 'The second factor was removed',
    lines: [
      on
        ? 'From now on your QuickCommerce account asks for a code of an authenticator app.'
        : 'From now on your QuickCommerce account asks for the password alone.',
      'If it was not you, choose a new password and tell another admin:',
    ],
    link: { label: 'Choose a new password', url },
  });
}

export function partnerApprovedLetter(to: string, url: string): Mail {
  return mailOf(to, {
    subject: 'You can start delivering',
    lines: ['Your QuickCommerce account as a delivery partner was approved. Go online to get orders.'],
    link: { label: 'Open QuickCommerce', url },
  });
}

function mailOf(to: string, { subject, lines, link, after = [] }: Letter): Mail {
  const paragraphs = [...lines, ...(link ? [link] : []), ...after];
  const text = paragraphs.map((part) => (typeof part === 'string' ? part : part.url)).join('\n\n');
  const html = paragraphs.map((part) => `<p>${typeof part === 'string' ? escaped(part) : anchor(part)}</p>`).join('\n');
  return { to, subject, text: `${text}\n`, html: `<!doctype html>\n<html lang="en"><body>\n${html}\n</body></html>\n` };
}

function anchor({ label, url }: NonNullable<Letter['link']>): string {
  return `<a href="${escaped(url)}">${escaped(label)}</a>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
