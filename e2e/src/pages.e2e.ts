import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { PORTAL_PAGES } from './support/pages';
import { expect, orderSomething, type Person, test } from './support/people';

const THEMES = ['light', 'dark'] as const;
const SCREENS = [
  { name: 'phone', viewport: { width: 390, height: 844 } },
  { name: 'wide', viewport: { width: 1440, height: 900 } },
] as const;

const PAGES = {
  nobody: [
    '/sign-in',
    '/register',
    '/forgot',
    '/reset-password',
    '/reset-password#token',
    '/verify-email#token',
    '/invitation',
    '/invitation#token',
    '/goodbye',
    '/shop',
    '/cart',
    '/nowhere',
  ],
  ...PORTAL_PAGES,
} as const;

async function expectNoViolation(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect.soft(found, `axe on ${page.url()}`).toEqual([]);
}

/** The page has what it asked the server for, and nothing moves any more. */
async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
  await expect(page.locator('[aria-busy=true], qc-skeleton')).toHaveCount(0);
}

for (const colorScheme of THEMES) {
  for (const { name, viewport } of SCREENS) {
    test(`every page is free of accessibility violations (${name}, ${colorScheme})`, async ({ people }) => {
      test.setTimeout(120_000);
      const options = { viewport, colorScheme, reducedMotion: 'reduce' as const };
      for (const [who, paths] of Object.entries(PAGES)) {
        const page = await people.as(who as Person, options);
        for (const path of paths) {
          await page.goto(path);
          await settle(page);
          await expectNoViolation(page);
        }
      }
    });
  }
}

test('the order page and its public link show the order and are free of accessibility violations', async ({
  people,
}) => {
  const customer = await people.as('customer');
  const number = await orderSomething(customer, 'Potatoes');
  await settle(customer);
  await expectNoViolation(customer);
  const id = customer.url().split('/').at(-1)!;
  const trackingUrl = await customer.evaluate(async (orderId) => {
    const { accessToken } = (await (await fetch('/api/auth/refresh', { method: 'POST' })).json()) as {
      accessToken: string;
    };
    const order = await fetch(`/api/orders/${orderId}`, { headers: { Authorization: `Bearer ${accessToken}` } });
    return ((await order.json()) as { trackingUrl: string }).trackingUrl;
  }, id);
  const stranger = await people.as('nobody');
  await stranger.goto(trackingUrl);
  await expect(stranger.getByText(number)).toBeVisible();
  await expect(stranger.getByText('5 Park Lane')).toHaveCount(0);
  await expectNoViolation(stranger);
});

test('no page shows a script error or asks any other host', async ({ people, baseURL }) => {
  const page = await people.as('customer');
  const foreign: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && host !== new URL(baseURL!).host) foreign.push(request.url());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  for (const path of PAGES.customer) {
    await page.goto(path);
    await settle(page);
  }
  expect({ foreign, errors }).toEqual({ foreign: [], errors: [] });
});
