import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { freePort } from '../api/test/support/free-port';
import { chromiumLaunch } from '../tools/chromium.mjs';

const root = join(import.meta.dirname, '..');
const results = join(root, 'test-results');
const dataDir = join(results, 'e2e-data');

// every worker reads this file again: what the first one chose stays chosen
if (!process.env['E2E_PORT']) {
  process.env['E2E_PORT'] = String(await freePort());
  process.env['E2E_MAIL_PORT'] = String(await freePort());
  rmSync(dataDir, { recursive: true, force: true });
}
const url = `http://localhost:${process.env['E2E_PORT']}`;
const launchOptions = await chromiumLaunch();
process.env['CHROMIUM'] = launchOptions.executablePath;

/** The built product in a real browser: one process, its own database filled with the demo shop. */
export default defineConfig({
  testDir: 'src',
  testMatch: '**/*.e2e.ts',
  outputDir: join(results, 'e2e'),
  workers: 1,
  forbidOnly: !!process.env['CI'],
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: join(results, 'counts/e2e.json') }]],
  use: {
    baseURL: url,
    launchOptions,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  webServer: {
    command: 'node --enable-source-maps dist/api/api/src/main.js',
    cwd: root,
    env: {
      PORT: process.env['E2E_PORT'],
      DATA_DIR: dataDir,
      MONGODB_URI: '',
      BCRYPT_ROUNDS: '10',
      RATE_LIMIT_ENABLED: 'false',
      SMTP_URL: `smtp://127.0.0.1:${process.env['E2E_MAIL_PORT']}`,
      MAIL_FROM: 'QuickCommerce <no-reply@shop.test>',
      LOG_LEVEL: 'warn',
      UV_THREADPOOL_SIZE: '16',
    },
    url: `${url}/api/health/ready`,
    timeout: 120_000,
    reuseExistingServer: false,
    stdout: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
  },
});
