import { expect, type Locator, type Page } from '@playwright/test';

/** Ways through the portal that more than one test takes, by what is on the screen. */

export interface ConnectionForm {
  name: string;
  brokers: string[];
  encryption?: 'None' | 'TLS with our own CA';
  ca?: string;
  clientCertificate?: { cert: string; key: string };
  signIn?: { mechanism: string; username: string; password: string };
}

/** Opens the Queue manager by the sidebar. */
export async function openQueueManager(page: Page) {
  await page
    .getByTestId('sidebar-root')
    .getByRole('link', { name: 'Queue manager', exact: true })
    .click();
  await expect(
    page.getByText('Kafka clusters that algorithms may read from'),
  ).toBeVisible();
}

/** Opens the form **Connect queue** from the list. */
export async function startConnecting(page: Page) {
  await page
    .getByRole('button', { name: 'Connect queue' })
    .or(page.getByRole('link', { name: 'Connect queue' }))
    .first()
    .click();
}

/** Presses **Edit** on a topic's sheet. */
export async function startEditing(sheet: Locator) {
  await sheet
    .getByRole('button', { name: 'Edit' })
    .or(sheet.getByRole('link', { name: 'Edit' }))
    .click();
}

/** Fills the form **Connect queue**, which is open. */
export async function fillConnection(page: Page, form: ConnectionForm) {
  await page.getByLabel('Name', { exact: false }).first().fill(form.name);
  await setBrokers(page, form.brokers);
  if (form.encryption) {
    await page
      .getByRole('radio', { name: new RegExp(`^${form.encryption}`) })
      .check();
  }
  if (form.ca) {
    await page.getByRole('textbox', { name: 'CA certificate' }).fill(form.ca);
  }
  if (form.clientCertificate) {
    await page
      .getByRole('checkbox', { name: 'Identify with a client certificate' })
      .check();
    await page
      .getByRole('textbox', { name: 'Client certificate' })
      .fill(form.clientCertificate.cert);
    await page
      .getByRole('textbox', { name: 'Client key' })
      .fill(form.clientCertificate.key);
  }
  if (form.signIn) {
    await choose(page, 'Mechanism', form.signIn.mechanism);
    await page
      .getByRole('textbox', { name: 'User' })
      .fill(form.signIn.username);
    await page.getByLabel(/^Password/).fill(form.signIn.password);
  }
}

/** Replaces the chips of **Brokers**. */
export async function setBrokers(page: Page, brokers: string[]) {
  const field = page.getByRole('textbox', { name: 'Brokers' });
  await field.focus();
  const chips = page.getByRole('button', { name: /:\d+$/ });
  while ((await chips.count()) > 0) {
    await field.press('Backspace');
  }
  await field.fill(brokers.join(','));
  if (brokers.length === 1) {
    // A list became chips by itself, and Enter would submit the form.
    await field.press('Enter');
  }
}

/** Presses **Connect to Broker**. */
export async function submitConnection(page: Page) {
  await page.getByRole('button', { name: 'Connect to Broker' }).click();
}

/** Chooses in a Material UI select. */
export async function choose(page: Page, label: string, option: string) {
  await page.getByRole('button', { name: new RegExp(`^${label}`) }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** Opens a connection from the list, then a topic's sheet. */
export async function openTopic(page: Page, connection: string, topic: string) {
  await openQueueManager(page);
  await page
    .getByRole('table')
    .getByRole('link', { name: connection, exact: true })
    .click();
  await topicLink(page, topic).click();
  const sheet = page.getByRole('dialog', { name: topic, exact: true });
  await expect(sheet).toBeVisible();
  return sheet;
}

/** A topic in a connection's list. */
export function topicLink(page: Page, topic: string): Locator {
  return page
    .getByRole('table', { name: /^Topics of/ })
    .getByRole('link', { name: topic, exact: true });
}

/** Adds an algorithm on the access page. */
export async function addAlgorithm(page: Page, title: string) {
  const search = page.getByRole('textbox', { name: 'Add an algorithm' });
  await search.fill(title);
  await page.getByRole('option', { name: title }).first().click();
}

/** Opens an algorithm's **Queues** by the sidebar and the catalog. */
export async function openAlgorithm(page: Page, algorithm: string) {
  await page
    .getByTestId('sidebar-root')
    .getByRole('link', { name: 'Algorithms', exact: true })
    .click();
  await page.getByRole('link', { name: algorithm, exact: true }).click();
  await page
    .getByRole('tab', { name: 'Queues' })
    .or(page.getByRole('link', { name: 'Queues', exact: true }))
    .click();
}

/** Opens an algorithm's **Queues**, of which there are some. */
export async function openQueues(page: Page, algorithm: string) {
  await openAlgorithm(page, algorithm);
  await expect(
    page.getByRole('table', { name: `Queues of ${algorithm}` }),
  ).toBeVisible();
}

/** The row of a topic on the **Queues** tab. */
export function queueRow(page: Page, topic: string): Locator {
  return page.getByRole('row').filter({ hasText: topic });
}

/** A button at the right of a queue's row. */
export function actOn(
  page: Page,
  topic: string,
  action: 'Enable' | 'Disable' | 'Edit',
): Locator {
  return queueRow(page, topic).getByRole('button', {
    name: new RegExp(`^${action}`),
  });
}

/** Enables a queue from its row, with a version by the name of its radio button. */
export async function enableQueue(
  page: Page,
  topic: string,
  version: string | RegExp,
  startWith?: string,
) {
  await actOn(page, topic, 'Enable').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: version }).check();
  if (startWith) {
    await dialog.getByRole('radio', { name: startWith }).check();
  }
  await dialog.getByRole('button', { name: 'Enable', exact: true }).click();
  await expect(dialog).toBeHidden({ timeout: 30_000 });
}
