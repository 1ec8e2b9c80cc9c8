import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';
import { resolve } from 'node:path';

const root = resolve(__dirname, '../../../..');
const images = resolve(root, 'docs/images');
const screens = resolve(root, '.local/e2e/screens');

/** Widths at which every screen has to be right, in pixels. */
const WIDTHS = [1400, 900];
const HEIGHT = 900;
/** What is ours, beside the portal's own frame. */
const OURS = 'article, main, [role="dialog"]';

/** The page, and what scrolls by itself: Backstage's pages, tables, dialogs. */
const SCROLLERS =
  'html, main, article, main > *, article > *, .MuiTableContainer-root, [role="dialog"], .MuiDialogContent-root';

/** Keeps a picture of the screen for the documentation. */
export async function picture(page: Page, name: string) {
  await page.mouse.move(0, 0);
  await page.screenshot({
    path: resolve(images, `${name}.png`),
    animations: 'disabled',
  });
}

/** Asserts that axe finds nothing serious beside the portal's own frame. */
export async function expectAccessible(page: Page, part = OURS) {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join('\n')}`,
    );
  expect(serious).toEqual([]);
}

/** Everything that can scroll, and has more in it than its width shows. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(
    scrollers =>
      [...document.querySelectorAll(scrollers)]
        .filter(part => part.scrollWidth > part.clientWidth + 1)
        .map(
          part =>
            `${part.tagName}.${part.className}: ${part.scrollWidth} in ${part.clientWidth}`,
        ),
    SCROLLERS,
  );
}

/**
 * Looks at the screen at every width: nothing is wider than its place, axe
 * finds nothing serious, and a picture is kept to be looked at.
 */
export async function lookAtScreen(
  page: Page,
  name: string,
  part = OURS,
  /** Scrolled to first. */
  place?: Locator,
) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    await page.mouse.move(0, 0);
    await place?.scrollIntoViewIfNeeded();
    expect(await tooWide(page), `${name} at ${width} pixels`).toEqual([]);
    await expectAccessible(page, part);
    await page.screenshot({
      path: resolve(screens, `${name}-${width}.png`),
      animations: 'disabled',
    });
  }
  await page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
}
