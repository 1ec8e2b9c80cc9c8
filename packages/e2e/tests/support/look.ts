import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { resolve } from 'node:path';

const images = resolve(__dirname, '../../../../docs/images');

/** Keeps a picture of the screen for the documentation. */
export async function picture(page: Page, name: string) {
  await page.mouse.move(0, 0);
  await page.screenshot({
    path: resolve(images, `${name}.png`),
    animations: 'disabled',
  });
}

/** Asserts that axe finds nothing serious beside the portal's own frame. */
export async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page })
    .include('article, main, [role="dialog"]')
    .analyze();
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join('\n')}`,
    );
  expect(serious).toEqual([]);
}
