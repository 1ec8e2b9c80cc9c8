import {
  expect,
  type Browser,
  type BrowserContextOptions,
  type ConsoleMessage,
  type Page,
} from '@playwright/test';

/** How the people of the demo are called on the sign-in page. */
const names = {
  administrator: /^Ada /,
  owner: /^Nils /,
  viewer: /^Vera /,
};

/** How the browser's own line about such an answer begins. */
const FAILED_TO_LOAD =
  'Failed to load resource: the server responded with a status of';

export type Person = keyof typeof names;

/** A browser of one person, who has signed in. */
export interface Visit {
  readonly page: Page;
  /** What the browser's console complained about, and pages that crashed. */
  readonly complaints: readonly string[];
  /**
   * Announces an answer that a test provokes: from now on the browser may
   * complain of this status at an address that the pattern matches.
   */
  expectAnswer(status: number, url: RegExp): void;
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
  const expected: { status: number; url: RegExp }[] = [];
  const isExpected = (message: ConsoleMessage) =>
    expected.some(
      ({ status, url: pattern }) =>
        message.text().startsWith(`${FAILED_TO_LOAD} ${status} `) &&
        pattern.test(message.location().url),
    );
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('console', message => {
    if (
      message.type() === 'error' &&
      // Material UI v4 still calls it.
      !message.text().includes('findDOMNode') &&
      !isExpected(message)
    ) {
      complaints.push(`${message.text()} ${message.location().url}`);
    }
  });
  await page.goto(url);
  await page.getByRole('button', { name: names[person] }).click();
  await expect(
    page.getByRole('link', { name: 'Algorithms', exact: true }),
  ).toBeVisible();
  return {
    page,
    complaints,
    expectAnswer: (status, pattern) => expected.push({ status, url: pattern }),
    close: () => context.close(),
  };
}
