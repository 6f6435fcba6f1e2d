import { defineConfig } from '@playwright/test';
import { freePort } from '../api/test/support/free-port';
import config from './playwright.config';

// every worker reads this file again: what the first one chose stays chosen
process.env['PROXY_PORT'] ??= String(await freePort());
const [server] = [config.webServer].flat();

/** The same tests with nginx and its firewall between browser and product: what they do is what users do. */
export default defineConfig({
  ...config,
  reporter: [['list'], ['json', { outputFile: '../test-results/counts/e2e-proxy.json' }]],
  globalSetup: './support/behind-proxy.ts',
  use: { ...config.use, baseURL: `http://localhost:${process.env['PROXY_PORT']}` },
  webServer: { ...server!, env: { ...server!.env, TRUST_PROXY: '1' } },
});
