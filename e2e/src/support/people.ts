import { type Browser, type BrowserContext, type Page, test as base } from '@playwright/test';

const PASSWORD = 'Demo-pass-123';

/** `nobody` is not signed in. */
export type Person = 'nobody' | 'customer' | 'partner' | 'partner2' | 'admin';

interface People {
  /** A page of somebody of the demo, signed in, in a browser of their own. */
  as(person: Person, options?: Parameters<Browser['newContext']>[0]): Promise<Page>;
}

/** Each test gets people, each of them a separate browser context that is closed afterwards. */
export const test = base.extend<{ people: People }>({
  people: async ({ browser, baseURL }, use) => {
    const contexts: BrowserContext[] = [];
    await use({
      async as(person, options = {}) {
        const context = await browser.newContext({ baseURL, ...options });
        contexts.push(context);
        const page = await context.newPage();
        if (person !== 'nobody') await signIn(page, person);
        return page;
      },
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});
export { expect } from '@playwright/test';

async function signIn(page: Page, person: Person): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(`${person}@demo.test`);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

/** Fills the cart with one product and orders it, on the screens that a customer uses. Answers the order's number. */
export async function orderSomething(page: Page, product = 'Robusta bananas'): Promise<string> {
  await page.goto('/shop');
  await page.getByRole('searchbox', { name: 'Search the shop' }).fill(product);
  await page.getByRole('button', { name: `Add ${product}` }).click();
  await page.goto('/checkout');
  await page.getByLabel('Street and house number').fill('5 Park Lane');
  await page.getByRole('button', { name: 'Place order' }).click();
  await page.waitForURL(/\/orders\/[0-9a-f]{24}$/);
  const number = /QC-[0-9A-Z]{6}/.exec(
    await page
      .getByText(/QC-[0-9A-Z]{6}/)
      .first()
      .innerText(),
  );
  return number![0];
}

/** Takes a partner to work, whatever state an earlier test left. */
export async function goOnline(page: Page): Promise<void> {
  await page.goto('/partner');
  const toggle = page.getByRole('switch');
  await toggle.waitFor();
  if ((await toggle.getAttribute('aria-checked')) !== 'true') await toggle.click();
  await page.getByRole('switch', { checked: true }).waitFor();
}
