// Takes the README's picture of a running product: plays an order up to the road and shows it in the three portals.
// usage: node tools/picture.mjs [http://localhost:5000] [docs/pictures/portals.png]
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumLaunch } from './chromium.mjs';

const [url = 'http://localhost:5000', out = 'docs/pictures/portals.png'] = process.argv.slice(2);
const PHONE = { width: 390, height: 844 };
const WIDE = { width: 1440, height: 900 };

const browser = await chromium.launch(await chromiumLaunch());
try {
  const [customer, partner, admin] = await Promise.all([
    signedIn('customer', PHONE),
    signedIn('partner', PHONE),
    signedIn('admin', WIDE),
  ]);
  await partner.goto('/partner');
  const online = partner.getByRole('switch');
  await online.waitFor();
  if ((await online.getAttribute('aria-checked')) === 'false') await online.click();

  for (const product of ['mangoes', 'Tender coconut']) await order(customer, product);
  await partner.getByRole('button', { name: 'Accept', exact: true }).last().click();
  await partner.getByRole('button', { name: 'Picked up' }).click();
  await partner.getByRole('button', { name: 'On my way' }).waitFor();
  await admin.goto('/admin');
  await admin.getByText('Picked up').first().waitFor();

  const shots = await Promise.all(
    [customer, partner, admin].map((page) => page.screenshot({ animations: 'disabled' })),
  );
  await compose(shots);
  console.log(`${out} is there`);
} finally {
  await browser.close();
}

async function signedIn(who, viewport) {
  const context = await browser.newContext({ baseURL: url, viewport, deviceScaleFactor: 1.5 });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(`${who}@demo.test`);
  await page.getByLabel('Password').fill('Demo-pass-123');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((to) => !to.pathname.startsWith('/sign-in'));
  return page;
}

async function order(page, product) {
  await page.goto('/shop');
  await page.getByRole('searchbox').fill(product);
  await page
    .getByRole('button', { name: new RegExp(`Add .*${product}`) })
    .first()
    .click();
  await page.goto('/checkout');
  await page.getByLabel('Street and house number').fill('5 Park Lane');
  await page.getByRole('button', { name: 'Place order' }).click();
  await page.waitForURL(/\/orders\/[0-9a-f]{24}$/);
}

/** The wide screen behind, the two phones before it. */
async function compose([customer, partner, admin]) {
  const source = (shot) => `data:image/png;base64,${shot.toString('base64')}`;
  const page = await browser.newPage({ viewport: { width: 1680, height: 1010 } });
  await page.setContent(`
    <body style="margin:0;background:linear-gradient(135deg,#dff3e7,#fdf3dc);height:1010px;position:relative;overflow:hidden">
      <style>img{position:absolute;border-radius:18px;box-shadow:0 24px 60px -12px rgb(10 60 40/.35)}</style>
      <img src="${source(admin)}" style="width:1200px;left:60px;top:70px">
      <img src="${source(customer)}" style="width:330px;left:940px;top:190px;border-radius:32px;border:8px solid #10201a">
      <img src="${source(partner)}" style="width:330px;left:1300px;top:110px;border-radius:32px;border:8px solid #10201a">
    </body>`);
  await mkdir(dirname(out), { recursive: true });
  await page.screenshot({ path: out });
}
