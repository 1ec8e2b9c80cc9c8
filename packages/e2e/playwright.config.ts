import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from '@playwright/test';

/** `./run test` says which browser it found; without it, Debian's is looked for. */
const debianChromium = '/usr/bin/chromium';
const chromium =
  process.env.EVENT_FLOWS_CHROMIUM ??
  (existsSync(debianChromium) ? debianChromium : undefined);

/** One browser, one demo, one test after the other: the tests tell one story. */
export default defineConfig({
  testDir: './tests',
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  // Two cores run Kafka, the portal and the browser: once more, with a new demo.
  retries: process.env.CI ? 1 : 0,
  timeout: 5 * 60_000,
  expect: { timeout: 15_000 },
  outputDir: resolve(__dirname, '../../.local/e2e/results'),
  use: {
    viewport: { width: 1400, height: 900 },
    actionTimeout: 15_000,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
