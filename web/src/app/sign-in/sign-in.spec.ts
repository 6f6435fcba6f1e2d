import { TestBed } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import type { Login, Session } from '@qc/contracts';
import { AuthApi } from '../core/auth-api';
import { ProblemError } from '../core/problem';
import { SignIn } from './sign-in';

const admin = { id: 'a1', email: 'a@b.test', role: 'admin' as const, profile: { firstName: 'Dev' }, active: true };

/** A server that asks for a second factor, and takes 123456. */
function login({ code }: Login): Promise<Session> {
  if (!code) return Promise.reject(new ProblemError('SECOND_FACTOR_REQUIRED'));
  if (code !== '123456') return Promise.reject(new ProblemError('SECOND_FACTOR_WRONG'));
  return Promise.resolve({ accessToken: 'token', expiresIn: 900, user: admin });
}

async function open() {
  const api = { login: jest.fn(login), config: () => Promise.resolve({ demo: false }) };
  TestBed.configureTestingModule({
    providers: [provideRouter([{ path: '**', children: [] }]), { provide: AuthApi, useValue: api }],
  });
  const fixture = TestBed.createComponent(SignIn);
  const page = fixture.nativeElement as HTMLElement;
  document.body.append(page);
  await fixture.whenStable();
  const field = (label: string): HTMLInputElement => {
    const labels = [...page.querySelectorAll('label')];
    const named = labels.find(({ textContent }) => textContent.trim() === label);
    return page.querySelector<HTMLInputElement>(`[id="${named?.htmlFor}"]`)!;
  };
  const type = (label: string, text: string): void => {
    field(label).value = text;
    field(label).dispatchEvent(new Event('input'));
  };
  const submit = async (): Promise<void> => {
    page.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }));
    await fixture.whenStable();
  };
  const press = async (text: string): Promise<void> => {
    [...page.querySelectorAll('button')].find(({ textContent }) => textContent.includes(text))!.click();
    await fixture.whenStable();
  };
  const enterPassword = async (): Promise<void> => {
    type('E-mail', 'a@b.test');
    type('Password', 'right-password');
    await submit();
  };
  return { api, page, field, type, submit, press, enterPassword };
}

describe('SignIn', () => {
  beforeEach(() => localStorage.clear());
  afterEach(() => document.body.replaceChildren());

  it('asks for the code after the password, in a field that a phone fills in', async () => {
    const { page, field, enterPassword } = await open();
    await enterPassword();
    expect(page.querySelector('h1')!.textContent).toBe('One more step');
    const code = field('Code');
    expect([code.autocomplete, code.inputMode]).toEqual(['one-time-code', 'numeric']);
    expect(document.activeElement).toBe(code);
  });

  it('signs in with e-mail, password and the digits, however they are grouped', async () => {
    const { api, type, submit, enterPassword } = await open();
    await enterPassword();
    type('Code', '123 456');
    await submit();
    expect(api.login.mock.calls).toEqual([
      [{ email: 'a@b.test', password: 'right-password' }],
      [{ email: 'a@b.test', password: 'right-password', code: '123456' }],
    ]);
    expect(TestBed.inject(Router).url).toBe('/admin');
  });

  it('says that a code is wrong, and asks for the next in an empty field', async () => {
    const { page, field, type, submit, enterPassword } = await open();
    await enterPassword();
    type('Code', '000000');
    await submit();
    expect(page.querySelector('[role=alert]')!.textContent).toContain('That code is not right');
    expect([field('Code').value, document.activeElement]).toEqual(['', field('Code')]);
  });

  it('asks the server for nothing while there is no code', async () => {
    const { api, page, submit, enterPassword } = await open();
    await enterPassword();
    await submit();
    expect(api.login).toHaveBeenCalledTimes(1);
    expect(page.textContent).toContain('The code is needed.');
  });

  it('takes a recovery code on a keyboard that has letters', async () => {
    const { api, field, type, submit, press, enterPassword } = await open();
    await enterPassword();
    await press('Use a recovery code');
    expect(field('Recovery code').inputMode).not.toBe('numeric');
    type('Recovery code', 'k7q2m-9xw4p');
    await submit();
    expect(api.login.mock.calls.at(-1)![0].code).toBe('k7q2m-9xw4p');
  });

  it('goes back to an empty password, and then signs in without a code again', async () => {
    const { api, field, press, enterPassword } = await open();
    await enterPassword();
    await press('Back');
    expect([field('E-mail').value, field('Password').value]).toEqual(['a@b.test', '']);
    await enterPassword();
    expect(api.login.mock.calls.at(-1)![0]).not.toHaveProperty('code');
  });

  it('says how long to wait', async () => {
    const { api, page, enterPassword } = await open();
    api.login.mockRejectedValueOnce(new ProblemError('RATE_LIMITED', {}, 840));
    await enterPassword();
    expect(page.querySelector('[role=alert]')!.textContent).toContain('Try again in 14 minutes.');
  });
});
