// A full-page screenshot, as a person on that screen would see it.
// usage: node tools/screenshot.mjs <url> <out.png> [--width 390] [--height 844] [--dark] [--login email [password]]
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { chromiumLaunch } from './chromium.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: 'string', default: '390' },
    height: { type: 'string', default: '844' },
    dark: { type: 'boolean', default: false },
    login: { type: 'string' },
  },
});
const [url, out, password = 'Demo-pass-123'] = positionals;
if (!url || !out) {
  console.error(
    'usage: node tools/screenshot.mjs <url> <out.png> [--width 390] [--height 844] [--dark] [--login email [password]]',
  );
  process.exit(2);
}

const browser = await chromium.launch(await chromiumLaunch());
try {
  const page = await browser.newPage({
    viewport: { width: Number(values.width), height: Number(values.height) },
    colorScheme: values.dark ? 'dark' : 'light',
  });
  page.on('console', (message) => message.type() === 'error' && console.error(`console: ${message.text()}`));
  page.on('pageerror', (error) => console.error(`page: ${error.message}`));
  if (values.login) await signIn(page, values.login, password);
  await page.goto(url);
  // a page that polls is never idle: what it shows by then is what it shows
  await page.waitForLoadState('networkidle', { timeout: 5000 }).catch(() => {});
  await page.screenshot({ path: out, fullPage: true });
} finally {
  await browser.close();
}

/** Leaves the refresh cookie in the browser, as a visit yesterday would have. */
async function signIn(page, email, password) {
  const answer = await page.request.post(new URL('/api/auth/login', url).href, { data: { email, password } });
  if (!answer.ok()) throw new Error(`sign-in as ${email} failed: ${answer.status()} ${await answer.text()}`);
  await page.addInitScript(() => localStorage.setItem('qc.signedIn', 'true'));
}
