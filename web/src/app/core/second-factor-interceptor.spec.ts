import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { firstValueFrom } from 'rxjs';
import { ProblemError } from './problem';
import { problemInterceptor } from './problem-interceptor';
import { secondFactorInterceptor } from './second-factor-interceptor';

async function refusedWith(code: string, status: number): Promise<string> {
  TestBed.configureTestingModule({
    providers: [
      provideRouter([{ path: '**', children: [] }]),
      provideHttpClient(withInterceptors([secondFactorInterceptor, problemInterceptor])),
      provideHttpClientTesting(),
    ],
  });
  const router = TestBed.inject(Router);
  await router.navigateByUrl('/admin/orders');
  const answer = firstValueFrom(TestBed.inject(HttpClient).get('/api/admin/orders'));
  TestBed.inject(HttpTestingController).expectOne('/api/admin/orders').flush({ code }, { status, statusText: '' });
  await expect(answer).rejects.toBeInstanceOf(ProblemError);
  await new Promise((resolve) => setTimeout(resolve));
  return router.url;
}

describe('secondFactorInterceptor', () => {
  it('leads an admin who needs a second factor to where one is set up', async () => {
    expect(await refusedWith('SECOND_FACTOR_SETUP_REQUIRED', 403)).toBe('/admin/account?setup=required');
  });

  it('leaves everybody else where they are', async () => {
    expect(await refusedWith('FORBIDDEN', 403)).toBe('/admin/orders');
  });
});
