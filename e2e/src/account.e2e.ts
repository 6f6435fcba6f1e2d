import type { Page } from '@playwright/test';
import { generateSync } from 'otplib';
import { MailServer } from '../../api/test/support/mail-server';
import { linkIn } from './support/links';
import { expect, test } from './support/people';

const PASSWORD = 'a long enough one';
/** Seconds of one code. */
const STEP = 30;

let mails: MailServer;
let count = 0;
test.beforeAll(async () => void (mails = await MailServer.start(Number(process.env['E2E_MAIL_PORT']))));
test.afterAll(() => mails.stop());

function newAddress(): string {
  return `account.${Date.now()}.${(count += 1)}@test.example`;
}

async function register(page: Page, address: string): Promise<void> {
  await page.goto('/register');
  await page.getByLabel('First name').fill('Nina');
  await page.getByLabel('E-mail').fill(address);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL('**/shop');
}

async function enter(page: Page, address: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(address);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('who forgot the password gets a link, a new password, and signs out the other device', async ({ people }) => {
  const [phone, laptop] = await Promise.all([people.as('nobody'), people.as('nobody')]);
  const address = newAddress();
  await register(phone, address);
  await phone.goto(await linkIn(mails, address, /Confirm/));
  await expect(phone.getByRole('heading', { name: 'Your e-mail is confirmed' })).toBeVisible();
  await phone.goto('/profile');
  await expect(phone.getByText('This device')).toBeVisible();

  await laptop.goto('/forgot');
  await laptop.getByLabel('E-mail').fill(address);
  await laptop.getByRole('button', { name: 'Send the link' }).click();
  await expect(laptop.getByRole('heading', { name: 'Look in your inbox' })).toBeVisible();
  await laptop.goto(await linkIn(mails, address, /new password/));
  await laptop.getByLabel('New password').fill('another long one');
  expect(new URL(laptop.url()).hash).toBe('');
  await laptop.getByRole('button', { name: 'Save the new password' }).click();
  await expect(laptop.getByRole('heading', { name: 'Your password is changed' })).toBeVisible();
  await expect(phone).toHaveURL(/\/sign-in\?next=%2Fprofile$/);

  await enter(laptop, address, 'another long one');
  await laptop.waitForURL('**/shop');
  await enter(phone, address, 'another long one');
  await phone.waitForURL('**/shop');
  await laptop.goto('/profile');
  const devices = laptop.getByRole('region', { name: 'Devices' });
  await expect(devices.getByRole('listitem')).toHaveCount(2);
  await devices.getByRole('listitem').getByRole('button', { name: 'Sign out' }).click();
  await expect(devices.getByRole('listitem')).toHaveCount(1);
  await expect(phone.getByRole('link', { name: 'Sign in' })).toBeVisible();
});

test('the same words whether or not there is such an account', async ({ page }) => {
  await page.goto('/forgot');
  await page.getByLabel('E-mail').fill('nobody.at.all@test.example');
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByText('If there is an account with nobody.at.all@test.example')).toBeVisible();
});

test('an invited admin sets up a second factor and signs in with it', async ({ people }) => {
  const [owner, invited] = await Promise.all([people.as('admin'), people.as('nobody')]);
  const address = newAddress();
  await owner.evaluate(async (email) => {
    const { accessToken } = (await (await fetch('/api/auth/refresh', { method: 'POST' })).json()) as {
      accessToken: string;
    };
    const headers = { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' };
    await fetch('/api/admin/invitations', { method: 'POST', headers, body: JSON.stringify({ email }) });
  }, address);
  await invited.goto(await linkIn(mails, address, /invited/));
  await invited.getByLabel('First name').fill('Dev');
  await invited.getByLabel('Password').fill(PASSWORD);
  await invited.getByRole('button', { name: 'Accept the invitation' }).click();
  await invited.waitForURL('**/admin');

  await invited.getByRole('link', { name: 'Your account' }).click();
  const factor = invited.getByRole('region', { name: 'Second factor' });
  await factor.getByRole('button', { name: 'Set it up' }).click();
  await factor.getByLabel('Your password').fill(PASSWORD);
  await factor.getByRole('button', { name: 'Go on' }).click();
  await expect(factor.getByRole('img', { name: /QR code/ })).toBeVisible();
  const secret = await factor.getByText(/^[A-Z2-7]{32}$/).innerText();
  await factor.getByRole('textbox', { name: 'Code' }).fill(generateSync({ secret }));
  await factor.getByRole('button', { name: 'Turn it on' }).click();
  const recoveryCode = await factor.getByRole('listitem').first().innerText();
  await factor.getByRole('button', { name: 'I have kept them' }).click();
  await expect(factor.getByText(recoveryCode)).toHaveCount(0);
  await invited.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await invited.waitForURL('**/sign-in');

  await enter(invited, address, PASSWORD);
  // each code is good once: the next one, which a phone whose clock is ahead would show
  const next = generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + STEP });
  await invited.getByLabel('Code').fill(next);
  await invited.getByRole('button', { name: 'Sign in' }).click();
  await invited.waitForURL('**/admin');
});
