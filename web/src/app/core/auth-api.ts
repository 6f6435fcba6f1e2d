import { HttpClient } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import type {
  ChangePassword,
  ClientConfig,
  Login,
  Register,
  Session,
  UpdateProfile,
  User,
  UserAnswer,
} from '@qc/contracts';
import { firstValueFrom, map } from 'rxjs';

/** Every call rejects with a `ProblemError`. */
@Service()
export class AuthApi {
  private readonly http = inject(HttpClient);

  login(request: Login): Promise<Session> {
    return firstValueFrom(this.http.post<Session>('/api/auth/login', request));
  }

  register(request: Register): Promise<Session> {
    return firstValueFrom(this.http.post<Session>('/api/auth/register', request));
  }

  refresh(): Promise<Session> {
    return firstValueFrom(this.http.post<Session>('/api/auth/refresh', {}));
  }

  logout(): Promise<void> {
    return firstValueFrom(this.http.post<void>('/api/auth/logout', {}));
  }

  logoutAll(): Promise<void> {
    return firstValueFrom(this.http.post<void>('/api/auth/logout-all', {}));
  }

  me(): Promise<User> {
    return firstValueFrom(this.http.get<UserAnswer>('/api/auth/me').pipe(map(({ user }) => user)));
  }

  updateProfile(profile: UpdateProfile): Promise<User> {
    return firstValueFrom(this.http.put<UserAnswer>('/api/auth/profile', profile).pipe(map(({ user }) => user)));
  }

  changePassword(change: ChangePassword): Promise<User> {
    return firstValueFrom(this.http.put<UserAnswer>('/api/auth/password', change).pipe(map(({ user }) => user)));
  }

  config(): Promise<ClientConfig> {
    return firstValueFrom(this.http.get<ClientConfig>('/api/config'));
  }
}
