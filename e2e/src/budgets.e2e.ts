import { brotliCompressSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { expect, test } from './support/people';

/** Bytes, compressed as a proxy in front would. */
const SIGN_IN_BUDGET = 130_000;

/** Every script that the page loads, by address. */
async function scriptsOf(page: Page, path: string): Promise<Map<string, Buffer>> {
  const scripts = new Map<string, Buffer>();
  const reading: Promise<void>[] = [];
  page.on('response', (response) => {
    const address = new URL(response.url());
    if (!address.pathname.endsWith('.js')) return;
    reading.push(response.body().then((body) => void scripts.set(address.pathname, body)));
  });
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
  await Promise.all(reading);
  return scripts;
}

test('the sign-in page loads at most 130 kB of script', async ({ page }) => {
  const scripts = await scriptsOf(page, '/sign-in');
  const bytes = [...scripts.values()].reduce((sum, body) => sum + brotliCompressSync(body).length, 0);
  console.log(`sign-in page: ${scripts.size} scripts, ${bytes} bytes compressed`);
  expect(bytes).toBeLessThanOrEqual(SIGN_IN_BUDGET);
});

const PORTALS = {
  customer: { path: '/shop', mark: 'qc-customer-layout' },
  partner: { path: '/partner', mark: 'qc-partner-layout' },
  admin: { path: '/admin', mark: 'qc-admin-layout' },
} as const;

for (const [who, { path }] of Object.entries(PORTALS)) {
  test(`the ${who}'s portal loads no code of another portal`, async ({ people }) => {
    const page = await people.as(who as keyof typeof PORTALS);
    const code = Buffer.concat([...(await scriptsOf(page, path)).values()]).toString();
    const marks = Object.values(PORTALS).map(({ mark }) => mark);
    expect(marks.filter((mark) => code.includes(mark))).toEqual([PORTALS[who as keyof typeof PORTALS].mark]);
  });
}
