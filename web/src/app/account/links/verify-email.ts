import { Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import { AuthApi } from '../../core/auth-api';
import { hasCode, messageOf } from '../../core/problem';
import { SecurityApi } from '../../core/security-api';
import { SessionStore } from '../../core/session-store';
import { SignInFrame } from '../../sign-in/sign-in-frame';
import { Button } from '../../ui/button';
import { Spinner } from '../../ui/spinner';
import { SendVerification } from '../send-verification';
import { linkToken } from './link-token';
import { Outcome } from './outcome';

type Answer = 'confirmed' | 'invalid' | { problem: string };

/** Confirms on opening: the press on the link was the decision. */
@Component({
  selector: 'qc-verify-email',
  imports: [RouterLink, Button, Outcome, SendVerification, SignInFrame, Spinner],
  template: `
    <qc-sign-in-frame>
      @switch (state()) {
        @case ('asking') {
          <h1 class="text-3xl font-bold">Confirming your e-mail</h1>
          <p class="mt-5" aria-busy="true"><qc-spinner label="One moment" /></p>
        }
        @case ('confirmed') {
          <qc-outcome title="Your e-mail is confirmed" text="Thank you. That was all.">
            <a qcButton routerLink="/">Go on</a>
          </qc-outcome>
        }
        @case ('invalid') {
          <qc-outcome
            icon="unlink"
            title="This link is no longer good"
            [text]="
              'It was used before, is too old, or did not come whole.' +
              (session.signedIn() ? '' : ' Sign in, and your profile sends you a new one.')
            "
            [good]="false"
          >
            @if (session.signedIn()) {
              <qc-send-verification />
            } @else {
              <a qcButton routerLink="/sign-in">Sign in</a>
            }
          </qc-outcome>
        }
        @case ('failed') {
          <qc-outcome icon="cloud-off" title="That did not work" [text]="problem()" [good]="false">
            <button type="button" qcButton (click)="confirm()">Try again</button>
          </qc-outcome>
        }
      }
    </qc-sign-in-frame>
  `,
})
export class VerifyEmail {
  private readonly api = inject(SecurityApi);
  private readonly auth = inject(AuthApi);
  private readonly token = linkToken();
  protected readonly session = inject(SessionStore);

  private readonly answer = signal<Answer | undefined>(undefined);
  protected readonly problem = computed(() => {
    const answer = this.answer();
    return typeof answer === 'object' ? answer.problem : '';
  });
  protected readonly state = computed(() => {
    const answer = this.answer() ?? (this.token() ? 'asking' : 'invalid');
    if (typeof answer === 'object') return 'failed';
    // pressed twice: the first press did it
    return answer === 'invalid' && this.session.user()?.emailVerifiedAt ? 'confirmed' : answer;
  });

  constructor() {
    effect(() => {
      if (this.token()) untracked(() => void this.confirm());
    });
  }

  protected async confirm(): Promise<void> {
    const token = this.token();
    if (!token) return;
    this.answer.set(undefined);
    try {
      await this.api.verifyEmail(token);
      this.answer.set('confirmed');
      if (this.session.signedIn()) this.session.setUser(await this.auth.me());
    } catch (error) {
      // what is confirmed stays so, even if the account could not be read again
      if (this.answer()) return;
      this.answer.set(hasCode(error, 'LINK_INVALID') ? 'invalid' : { problem: messageOf(error) });
    }
  }
}
