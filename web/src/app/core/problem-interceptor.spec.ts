import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { firstValueFrom } from 'rxjs';
import { messageOf } from './problem';
import { problemInterceptor } from './problem-interceptor';
import { PROBLEM_TEXTS } from './problem-texts';

function ask() {
  TestBed.configureTestingModule({
    providers: [provideHttpClient(withInterceptors([problemInterceptor])), provideHttpClientTesting()],
  });
  const answer = firstValueFrom(TestBed.inject(HttpClient).get('/api/orders'));
  return { answer, request: TestBed.inject(HttpTestingController).expectOne('/api/orders') };
}

describe('problemInterceptor', () => {
  it('keeps the code, the members and the seconds to wait', async () => {
    const { answer, request } = ask();
    const errors = [{ path: 'items[0].quantity', message: 'only 2 left' }];
    request.flush(
      { code: 'OUT_OF_STOCK', available: 2, errors },
      { status: 409, statusText: 'Conflict', headers: { 'Retry-After': '7' } },
    );
    await expect(answer).rejects.toMatchObject({
      code: 'OUT_OF_STOCK',
      body: { available: 2 },
      retryAfter: 7,
      fieldErrors: errors,
    });
  });

  it('tells a lost connection from a refusal', async () => {
    const { answer, request } = ask();
    request.error(new ProgressEvent('error'));
    await expect(answer).rejects.toMatchObject({ code: 'OFFLINE' });
  });

  it.each([
    [504, 'OFFLINE', null],
    [502, 'UNAVAILABLE', '<html>Bad gateway</html>'],
    [503, 'UNAVAILABLE', { code: 'UNAVAILABLE' }],
  ])('knows what a %d on the way means: %s', async (status, code, body) => {
    const { answer, request } = ask();
    request.flush(body, { status, statusText: 'from a proxy' });
    await expect(answer).rejects.toMatchObject({ code });
  });

  it.each([
    ['a code of a newer server', { code: 'NOT_INVENTED_YET' }],
    ['nothing', null],
  ])('shows words of ours for %s', async (_what, body) => {
    const { answer, request } = ask();
    request.flush(body, { status: 500, statusText: 'Internal Server Error' });
    const error: unknown = await answer.catch((thrown: unknown) => thrown);
    expect(messageOf(error)).toBe(PROBLEM_TEXTS.INTERNAL);
  });
});
