import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';
import { SignInFrame } from '../../sign-in/sign-in-frame';
import { Button } from '../../ui/button';
import { Outcome } from './outcome';

/** After an account was deleted. */
@Component({
  selector: 'qc-goodbye',
  imports: [RouterLink, Button, Outcome, SignInFrame],
  template: `
    <qc-sign-in-frame>
      <qc-outcome
        title="Goodbye, and thank you"
        text="Your account is deleted, and you are signed out. If you ever come back, you are welcome as a new customer."
      >
        <a qcButton="secondary" routerLink="/shop">To the shop</a>
      </qc-outcome>
    </qc-sign-in-frame>
  `,
})
export class Goodbye {}
