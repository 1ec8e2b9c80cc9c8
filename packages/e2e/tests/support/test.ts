import { test as base } from '@playwright/test';
import { startDemo, type Demo } from './demo';

/** Playwright's test with one running demo for all files. */
export const test = base.extend<object, { demo: Demo }>({
  demo: [
    // Playwright wants the fixtures that this one needs, here none, as a pattern.
    async ({ browserName: _ }, use) => {
      const demo = await startDemo();
      await use(demo);
      await demo.stop();
    },
    { scope: 'worker', timeout: 10 * 60_000 },
  ],
});
