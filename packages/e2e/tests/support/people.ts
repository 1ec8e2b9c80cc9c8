import {
  expect,
  type Browser,
  type BrowserContextOptions,
  type Page,
} from '@playwright/test';

/** How the people of the demo are called on the sign-in page. */
const names = {
  administrator: /^Ada /,
  owner: /^Nils /,
  viewer: /^Vera /,
};

export type Person = keyof typeof names;

/** A browser of one person, who has signed in. */
export interface Visit {
  readonly page: Page;
  /** What the browser's console complained about, and pages that crashed. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Opens the portal, chooses the person on the sign-in page, waits for the portal. */
export async function visitAs(
  browser: Browser,
  url: string,
  person: Person,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('console', message => {
    if (message.type() === 'error' && !isTolerated(message.text())) {
      complaints.push(message.text());
    }
  });
  await page.goto(url);
  await page.getByRole('button', { name: names[person] }).click();
  await expect(
    page.getByRole('link', { name: 'Algorithms', exact: true }),
  ).toBeVisible();
  return { page, complaints, close: () => context.close() };
}

function isTolerated(text: string): boolean {
  return (
    // Material UI v4 still calls it.
    text.includes('findDOMNode') ||
    // The browser's own line about an answer that a test provokes; what the
    // screen makes of it is asserted there.
    text.startsWith('Failed to load resource: the server responded with')
  );
}
