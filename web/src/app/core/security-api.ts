import { HttpClient } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import type {
  AcceptInvitation,
  Id,
  RecoveryCodes,
  RemoveSecondFactor,
  ResetPassword,
  SecondFactorSetup,
  Session,
  SessionList,
} from '@qc/contracts';
import { firstValueFrom } from 'rxjs';

/** What keeps an account its owner's. Apart from `AuthApi`, so that the first page does not carry it. Every call rejects with a `ProblemError`. */
@Service()
export class SecurityApi {
  private readonly http = inject(HttpClient);

  sessions(): Promise<SessionList> {
    return firstValueFrom(this.http.get<SessionList>('/api/auth/sessions'));
  }

  endSession(sessionId: Id): Promise<void> {
    return firstValueFrom(this.http.delete<void>(`/api/auth/sessions/${sessionId}`));
  }

  /** Succeeds whether or not there is such an account. */
  forgotPassword(email: string): Promise<void> {
    return firstValueFrom(this.http.post<void>('/api/auth/password/forgot', { email }));
  }

  resetPassword(reset: ResetPassword): Promise<void> {
    return firstValueFrom(this.http.post<void>('/api/auth/password/reset', reset));
  }

  sendVerification(): Promise<void> {
    return firstValueFrom(this.http.post<void>('/api/auth/email/verification', {}));
  }

  verifyEmail(token: string): Promise<void> {
    return firstValueFrom(this.http.post<void>('/api/auth/email/verify', { token }));
  }

  acceptInvitation(request: AcceptInvitation): Promise<Session> {
    return firstValueFrom(this.http.post<Session>('/api/auth/invitations/accept', request));
  }

  setUpSecondFactor(password: string): Promise<SecondFactorSetup> {
    return firstValueFrom(this.http.post<SecondFactorSetup>('/api/auth/second-factor', { password }));
  }

  confirmSecondFactor(code: string): Promise<RecoveryCodes> {
    return firstValueFrom(this.http.put<RecoveryCodes>('/api/auth/second-factor', { code }));
  }

  removeSecondFactor(removal: RemoveSecondFactor): Promise<void> {
    return firstValueFrom(this.http.post<void>('/api/auth/second-factor/removal', removal));
  }

  /** Everything that the shop holds about the person who asks. */
  personalData(): Promise<object> {
    return firstValueFrom(this.http.get<object>('/api/auth/personal-data'));
  }

  /** For good. */
  erase(password: string): Promise<void> {
    return firstValueFrom(this.http.post<void>('/api/auth/erasure', { password }));
  }
}
