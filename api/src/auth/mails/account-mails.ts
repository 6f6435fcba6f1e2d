import { Inject, Injectable } from '@nestjs/common';
import { MailQueue } from '../../mail/mail-queue';
import type { Mail } from '../../mail/mailer';
import { Env } from '../../platform/env';
import type { UserRecord } from '../../users/user.schema';
import type { LinkPurpose } from '../links/one-time-link.schema';
import { OneTimeLinks } from '../links/one-time-links';
import {
  emailVerificationLetter,
  invitationLetter,
  partnerApprovedLetter,
  passwordChangedLetter,
  passwordResetLetter,
  secondFactorLetter,
} from './letters';

type Recipient = Pick<UserRecord, '_id' | 'email'>;

/** The web app's pages. A token stands behind `#`: browsers send that to no server and name it to no other page. */
const PAGES = {
  'password-reset': 'reset-password',
  'email-verification': 'verify-email',
  invitation: 'invitation',
  forgot: 'forgot',
} as const;

/** The mails of an account, each sent after what it tells of has happened. */
@Injectable()
export class AccountMails {
  constructor(
    private readonly queue: MailQueue,
    private readonly links: OneTimeLinks,
    @Inject(Env) private readonly env: Env,
  ) {}

  /** False: there were as many as are allowed for now. */
  async verification({ _id, email }: Recipient): Promise<boolean> {
    return this.sendLink(_id, 'email-verification', (url) => emailVerificationLetter(email, url));
  }

  /** Looks for whom it is to after the answer, so that its time says nothing. */
  passwordReset(find: () => Promise<Recipient | null>): void {
    this.queue.add('password-reset', async () => {
      const user = await find();
      const token = user && (await this.links.make(user._id, 'password-reset'));
      return user && token ? passwordResetLetter(user.email, this.linkTo('password-reset', token)) : null;
    });
  }

  /** A link to a new password that is still under way is good no longer. */
  async passwordChanged({ _id, email }: Recipient): Promise<void> {
    await this.links.revoke(_id, 'password-reset');
    this.post('password-changed', passwordChangedLetter(email, this.linkTo('forgot')));
  }

  secondFactorChanged({ email }: Recipient, on: boolean): void {
    this.post('second-factor', secondFactorLetter(email, on, this.linkTo('forgot')));
  }

  invitation(email: string, token: string): void {
    this.post('invitation', invitationLetter(email, this.linkTo('invitation', token)));
  }

  partnerApproved({ email }: Recipient): void {
    this.post('partner-approved', partnerApprovedLetter(email, this.env.publicUrl));
  }

  private async sendLink(
    userId: UserRecord['_id'],
    purpose: LinkPurpose,
    letter: (url: string) => Mail,
  ): Promise<boolean> {
    const token = await this.links.make(userId, purpose);
    if (token) this.post(purpose, letter(this.linkTo(purpose, token)));
    return token !== null;
  }

  private post(kind: string, mail: Mail): void {
    this.queue.add(kind, () => Promise.resolve(mail));
  }

  private linkTo(page: keyof typeof PAGES, token?: string): string {
    return `${this.env.publicUrl}/${PAGES[page]}${token ? `#${token}` : ''}`;
  }
}
