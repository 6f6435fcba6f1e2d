import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { MailServer } from '../../api/test/support/mail-server';
import { linkIn } from './support/links';
import { expect, orderSomething, test } from './support/people';

const PICTURE = join(import.meta.dirname, '../../web/public/icons/icon-512.png');

let mails: MailServer;
test.beforeAll(async () => void (mails = await MailServer.start(Number(process.env['E2E_MAIL_PORT']))));
test.afterAll(() => mails.stop());

/** Switches what partners need, on the screen that an admin uses. */
async function askForApproval(admin: Page, on: boolean): Promise<void> {
  await admin.goto('/admin/settings');
  const security = admin.getByRole('form', { name: 'Accounts and security' });
  await security.getByRole('checkbox', { name: /^Approve delivery partners/ }).setChecked(on);
  await security.getByRole('button', { name: 'Save security' }).click();
  await expect(security.getByRole('status')).toHaveText('Everything is saved');
}

test('an admin invites somebody, and takes it back before the link is followed', async ({ people }) => {
  const [admin, guest] = await Promise.all([people.as('admin'), people.as('nobody')]);
  const address = `colleague.${Date.now()}@test.example`;
  await admin.goto('/admin/staff');
  await admin.getByLabel('E-mail').fill('admin@demo.test');
  await admin.getByRole('button', { name: 'Send invitation' }).click();
  await expect(admin.getByText('There is an account with this e-mail already.')).toBeVisible();

  await admin.getByLabel('E-mail').fill(address);
  await admin.getByRole('button', { name: 'Send invitation' }).click();
  await expect(admin.getByText(`Invitation sent to ${address}.`)).toBeVisible();
  await guest.goto(await linkIn(mails, address, /./));
  await expect(guest.getByLabel('First name')).toBeVisible();

  await admin.getByRole('button', { name: `Take back the invitation of ${address}` }).click();
  await admin.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
  await expect(admin.getByRole('region', { name: 'Open invitations' }).getByText(address)).toHaveCount(0);

  await guest.getByLabel('First name').fill('Gita');
  await guest.getByLabel('Password').fill('a long enough one');
  await guest.getByRole('button', { name: 'Accept the invitation' }).click();
  await expect(guest.getByRole('heading', { name: 'This invitation is no longer good' })).toBeVisible();
});

test('a new partner waits until an admin approves', async ({ people }) => {
  const [admin, partner] = await Promise.all([people.as('admin'), people.as('nobody')]);
  const name = `Kavya${Date.now()}`;
  await askForApproval(admin, true);
  try {
    await partner.goto('/register');
    await partner.getByText('I want to deliver').click();
    await partner.getByLabel('First name').fill(name);
    await partner.getByLabel('E-mail').fill(`${name}@test.example`);
    await partner.getByLabel('Password').fill('a long enough one');
    await partner.getByRole('button', { name: 'Create account' }).click();
    await partner.waitForURL('**/partner');
    await expect(partner.getByRole('heading', { name: /the shop has yet to approve you/ })).toBeVisible();
    await expect(partner.getByRole('switch')).toHaveCount(0);

    await admin.getByRole('link', { name: /^Partners/ }).click();
    await admin.getByRole('link', { name: /^Waits for approval/ }).click();
    const card = admin.getByRole('listitem').filter({ has: admin.getByRole('heading', { name }) });
    await expect(card).toContainText('Waits for approval');
    await card.getByRole('button', { name: 'Approve' }).click();
    await admin.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await expect(card).toHaveCount(0);

    await partner.getByRole('button', { name: 'Look again' }).click();
    await partner.getByRole('switch').click();
    await expect(partner.getByRole('switch', { checked: true })).toBeVisible();
  } finally {
    await askForApproval(admin, false);
  }
});

test('a picture that an admin uploads is what customers see', async ({ people }) => {
  const [admin, customer] = await Promise.all([people.as('admin'), people.as('customer')]);
  await admin.goto('/admin/products');
  await admin.getByRole('searchbox', { name: 'Search products' }).fill('9 W LED bulb');
  await admin.getByRole('button', { name: 'Edit 9 W LED bulb' }).click();
  const sheet = admin.getByRole('dialog');
  const choosing = admin.waitForEvent('filechooser');
  await sheet.getByRole('button', { name: 'Choose another' }).click();
  await (await choosing).setFiles(join(import.meta.dirname, 'pages.e2e.ts'));
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(sheet.getByText(/The product is saved, its picture is not\./)).toBeVisible();

  await sheet.locator('input[type=file]').setInputFiles(PICTURE);
  await expect(sheet.getByAltText('The picture that you chose')).toHaveAttribute('src', /^(data|blob):/);
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(sheet).toHaveCount(0);

  await customer.goto('/shop');
  await customer.getByRole('searchbox', { name: 'Search the shop' }).fill('9 W LED bulb');
  const picture = customer.locator('qc-product-card', { hasText: '9 W LED bulb' }).locator('img');
  await expect(picture).toHaveAttribute('src', /^\/api\/files\//);
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
});

test('what an admin cancels stands in the audit, with its reason', async ({ people }) => {
  const [admin, customer] = await Promise.all([people.as('admin'), people.as('customer')]);
  await orderSomething(customer);
  const orderId = new URL(customer.url()).pathname.split('/').at(-1)!;
  await admin.goto(`/admin/orders/${orderId}`);
  await admin.getByRole('button', { name: 'Cancel order' }).click();
  await admin.getByRole('dialog').getByRole('textbox').fill('The street is flooded');
  await admin.getByRole('dialog').getByRole('button', { name: 'Cancel order' }).click();
  await expect(admin.getByText('Reason: The street is flooded')).toBeVisible();

  await admin.goto(`/admin/audit?targetId=${orderId}`);
  const row = admin.getByRole('row').filter({ hasText: 'order.cancelled' });
  await expect(row).toContainText('Dev Shetty');
  await expect(row).toContainText('“The street is flooded”');
  await expect(row).toContainText('cancelled');
  await row.getByRole('link', { name: /^Order/ }).click();
  await admin.waitForURL(`**/admin/orders/${orderId}`);

  await admin.goBack();
  await admin.getByLabel('Area').selectOption('Settings');
  await expect(admin.getByText('Nothing on record')).toBeVisible();
  expect(Object.fromEntries(new URL(admin.url()).searchParams)).toEqual({ targetId: orderId, action: 'settings' });
});
