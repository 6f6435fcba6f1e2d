import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import type { Session } from '@qc/contracts';
import { firstValueFrom } from 'rxjs';
import { authInterceptor } from './auth-interceptor';
import { ProblemError } from './problem';
import { problemInterceptor } from './problem-interceptor';
import { SessionStore } from './session-store';

function session(accessToken: string): Session {
  const user = { id: 'u1', email: 'a@b.test', role: 'customer' as const, profile: { firstName: 'Asha' }, active: true };
  return { accessToken, expiresIn: 900, user };
}
const UNAUTHENTICATED = { code: 'UNAUTHENTICATED', status: 401, title: 'Sign in to go on' };
const refusal = { status: 401, statusText: 'Unauthorized' };
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function setUp({ signedIn = true } = {}) {
  TestBed.configureTestingModule({
    providers: [provideHttpClient(withInterceptors([problemInterceptor, authInterceptor])), provideHttpClientTesting()],
  });
  const server = TestBed.inject(HttpTestingController);
  const http = TestBed.inject(HttpClient);
  if (signedIn) {
    const entered = TestBed.inject(SessionStore).signIn({ email: 'a@b.test', password: 'secret-pass' });
    server.expectOne('/api/auth/login').flush(session('old'));
    await entered;
  }
  return { server, get: (url: string) => firstValueFrom(http.get<unknown>(url)) };
}

describe('authInterceptor', () => {
  beforeEach(() => localStorage.clear());

  it('sends the access token to the API', async () => {
    const { server, get } = await setUp();
    void get('/api/orders');
    expect(server.expectOne('/api/orders').request.headers.get('Authorization')).toBe('Bearer old');
  });

  it('sends it to nobody else', async () => {
    const { server, get } = await setUp();
    void get('https://elsewhere.test/api/orders');
    expect(server.expectOne('https://elsewhere.test/api/orders').request.headers.has('Authorization')).toBe(false);
  });

  it('gets one new token for all requests that were refused, and sends each once more', async () => {
    const { server, get } = await setUp();
    const answers = [get('/api/orders'), get('/api/delivery/stats'), get('/api/auth/me')];
    const urls = ['/api/orders', '/api/delivery/stats', '/api/auth/me'];
    for (const url of urls) server.expectOne(url).flush(UNAUTHENTICATED, refusal);
    server.expectOne('/api/auth/refresh').flush(session('new'));
    await settled();
    for (const url of urls) {
      const again = server.expectOne(url);
      expect(again.request.headers.get('Authorization')).toBe('Bearer new');
      again.flush({ url });
    }
    expect(await Promise.all(answers)).toEqual(urls.map((url) => ({ url })));
    server.verify();
  });

  it('does not renew again for a request whose token was replaced while it was on its way', async () => {
    const { server, get } = await setUp();
    const [slow, quick] = [get('/api/slow'), get('/api/quick')];
    server.expectOne('/api/quick').flush(UNAUTHENTICATED, refusal);
    server.expectOne('/api/auth/refresh').flush(session('new'));
    await settled();
    server.expectOne('/api/quick').flush('quick');
    server.expectOne('/api/slow').flush(UNAUTHENTICATED, refusal);
    await settled();
    server.expectNone('/api/auth/refresh');
    server.expectOne('/api/slow').flush('slow');
    expect(await Promise.all([slow, quick])).toEqual(['slow', 'quick']);
  });

  it('gives the refusal to the caller when the session is over', async () => {
    const { server, get } = await setUp();
    const answer = get('/api/orders');
    server.expectOne('/api/orders').flush(UNAUTHENTICATED, refusal);
    server.expectOne('/api/auth/refresh').flush(UNAUTHENTICATED, refusal);
    await expect(answer).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(TestBed.inject(SessionStore).signedIn()).toBe(false);
  });

  it('tries a refused request once more, not for ever', async () => {
    const { server, get } = await setUp();
    const answer = get('/api/orders');
    server.expectOne('/api/orders').flush(UNAUTHENTICATED, refusal);
    server.expectOne('/api/auth/refresh').flush(session('new'));
    await settled();
    server.expectOne('/api/orders').flush(UNAUTHENTICATED, refusal);
    await expect(answer).rejects.toBeInstanceOf(ProblemError);
    server.verify();
  });

  it('takes a wrong password for an answer', async () => {
    const { server } = await setUp({ signedIn: false });
    const entered = TestBed.inject(SessionStore).signIn({ email: 'a@b.test', password: 'wrong' });
    server.expectOne('/api/auth/login').flush({ code: 'INVALID_CREDENTIALS' }, refusal);
    await expect(entered).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    server.expectNone('/api/auth/refresh');
  });

  it.each(['INVALID_CREDENTIALS', 'SECOND_FACTOR_WRONG'])(
    'does not ask twice when somebody who is signed in is told %s: it would count as two wrong tries',
    async (code) => {
      const { server, get } = await setUp();
      const answer = get('/api/auth/second-factor');
      server.expectOne('/api/auth/second-factor').flush({ code }, refusal);
      await expect(answer).rejects.toMatchObject({ code });
      server.verify();
    },
  );

  it('asks for the link of another account without the token of this one', async () => {
    const { server, get } = await setUp();
    const addresses = ['password/forgot', 'password/reset', 'email/verify', 'invitations/accept'];
    for (const address of addresses) {
      void get(`/api/auth/${address}`);
      const { headers } = server.expectOne(`/api/auth/${address}`).request;
      expect(headers.has('Authorization')).toBe(false);
    }
    void get('/api/auth/email/verification');
    expect(server.expectOne('/api/auth/email/verification').request.headers.has('Authorization')).toBe(true);
  });
});
