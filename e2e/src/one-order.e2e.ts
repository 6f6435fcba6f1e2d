import type { Page } from '@playwright/test';
import { expect, goOnline, orderSomething, test } from './support/people';
import { tunnelFor } from './support/tunnel';

test('one order: two partners press accept at once, one delivers, customer and admin see each step', async ({
  people,
}) => {
  const [customer, ravi, meera, admin] = await Promise.all([
    people.as('customer'),
    people.as('partner', { viewport: { width: 390, height: 844 } }),
    people.as('partner2', { viewport: { width: 390, height: 844 } }),
    people.as('admin', { viewport: { width: 1440, height: 900 } }),
  ]);
  await Promise.all([goOnline(ravi), goOnline(meera), admin.goto('/admin/orders')]);

  const number = await orderSomething(customer);
  await expect(customer.getByRole('heading', { level: 1 })).toHaveText('Waiting for a courier');
  const row = admin.getByRole('row').filter({ hasText: number });
  await expect(row).toContainText('Unassigned');

  // both have the card before either presses
  const accepts = [ravi, meera].map((page) => page.getByRole('button', { name: 'Accept', exact: true }));
  await Promise.all(accepts.map((button) => expect(button).toBeEnabled()));
  await Promise.all(accepts.map((button) => button.click()));

  const heading = (page: Page) => page.getByRole('heading', { name: new RegExp(number) });
  const winner = await Promise.any(
    [ravi, meera].map((page) =>
      expect(heading(page))
        .toBeVisible()
        .then(() => page),
    ),
  );
  const loser = winner === ravi ? meera : ravi;
  await expect(loser.getByText(/Just taken/).first()).toBeVisible();
  await expect(heading(loser)).toHaveCount(0);
  await expect(loser.getByRole('button', { name: 'Accept', exact: true })).toHaveCount(0);

  const steps = [
    { press: undefined, customer: 'Courier on the way to the store', admin: 'Assigned' },
    { press: 'Picked up', customer: 'Picked up', admin: 'Picked up' },
    { press: 'On my way', customer: 'On the way to you', admin: 'In transit' },
    { press: 'Delivered', customer: 'Delivered', admin: 'Delivered' },
  ];
  for (const step of steps) {
    if (step.press) await winner.getByRole('button', { name: step.press }).click();
    await expect(customer.getByRole('heading', { level: 1 })).toHaveText(step.customer);
    await expect(row).toContainText(step.admin);
  }
});

test('a customer who was in a tunnel catches up without a reload', async ({ people }) => {
  const customer = await people.as('customer');
  const tunnel = await tunnelFor(customer);
  const number = await orderSomething(customer);
  await expect(customer.getByText('Live', { exact: true })).toBeVisible();
  await tunnel.enter();
  await expect(customer.getByText('Reconnecting…')).toBeVisible();

  const admin = await people.as('admin');
  await admin.goto('/admin/orders');
  await admin.getByRole('row').filter({ hasText: number }).getByRole('link').first().click();
  await admin.getByRole('button', { name: /^Cancel/ }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByRole('textbox').fill('The shop floods');
  await dialog
    .getByRole('button', { name: /cancel/i })
    .last()
    .click();
  await expect(admin.getByText('Cancelled').first()).toBeVisible();

  await tunnel.leave();
  await expect(customer.getByRole('heading', { level: 1 })).toHaveText('Cancelled', { timeout: 20_000 });
  await expect(customer.getByText(/The shop floods/)).toBeVisible();
});
