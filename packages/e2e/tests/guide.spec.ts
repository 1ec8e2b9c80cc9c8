import { expect } from '@playwright/test';
import { createTopics, freePort, waitUntil } from '@event-flows/testbed';
import {
  arrivalsOf,
  expectCloudEvent,
  NumberedRecords,
  numbersIn,
} from './support/arrivals';
import { membersOfQueueGroups } from './support/groups';
import { expectAccessible, picture } from './support/look';
import { visitAs, type Visit } from './support/people';
import {
  actOn,
  addAlgorithm,
  enableQueue,
  fillConnection,
  openAlgorithm,
  openQueueManager,
  openQueues,
  openTopic,
  queueRow,
  setBrokers,
  startConnecting,
  startEditing,
  submitConnection,
  topicLink,
} from './support/screens';
import { test } from './support/test';

/** The guide, sentence by sentence, against the running demo. */
test.describe.serial('The guide', () => {
  const topic = 'reviews';
  const path = (version: string) => `/nlp/sentiment/${version}`;

  let records: NumberedRecords;
  let administrator: Visit;
  let owner: Visit;
  let viewer: Visit;

  test.beforeAll(async ({ browser, demo }) => {
    await createTopics(demo.brokers, [{ topic, partitions: 3 }]);
    records = new NumberedRecords(demo.brokers, topic);
    administrator = await visitAs(browser, demo.url, 'administrator');
    owner = await visitAs(browser, demo.url, 'owner');
    viewer = await visitAs(browser, demo.url, 'viewer');
  });

  test.afterEach(() => {
    for (const visit of [administrator, owner, viewer]) {
      expect(visit.complaints).toEqual([]);
    }
  });

  test.afterAll(async () => {
    await administrator?.close();
    await owner?.close();
    await viewer?.close();
  });

  test('the Queue manager says what a connection is while there is none', async () => {
    const { page } = administrator;
    await openQueueManager(page);
    await expect(page.getByText('No cluster is connected yet')).toBeVisible();
    await expectAccessible(page);
    await picture(page, 'queue-manager-empty');
  });

  test('a wrong port: the form says unreachable and keeps its content', async () => {
    const { page } = administrator;
    administrator.expectAnswer(400, /\/event-flows\/connections$/);
    const wrong = `127.0.0.1:${await freePort()}`;
    await startConnecting(page);
    await expectAccessible(page);
    await fillConnection(page, { name: 'orders-demo', brokers: [wrong] });
    await submitConnection(page);
    await expect(
      page.getByText('The cluster could not be reached'),
    ).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole('textbox', { name: /^Name/ })).toHaveValue(
      'orders-demo',
    );
    await expect(
      page.getByRole('button', { name: wrong, exact: true }),
    ).toBeVisible();
    await expectAccessible(page);
    await picture(page, 'connect-failed');
  });

  test('the right port: the new connection is in the list', async ({
    demo,
  }) => {
    const { page } = administrator;
    await setBrokers(page, demo.brokers);
    await submitConnection(page);
    const row = page.getByRole('row').filter({ hasText: 'orders-demo' });
    await expect(row).toBeVisible({ timeout: 30_000 });
    await expect(row).toContainText('Connected');
    await expect(row).toContainText(demo.brokers[0]);
    await expectAccessible(page);
    await picture(page, 'queue-manager');
  });

  test('a topic opens its sheet; Escape closes it and focus comes back', async () => {
    const { page } = administrator;
    const sheet = await openTopic(page, 'orders-demo', topic);
    await expect(sheet).toContainText('No algorithm may read this topic yet.');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
    await expect(topicLink(page, topic)).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(sheet).toBeVisible();
  });

  test('Edit: two algorithms are added, Save changes leads back to the sheet', async () => {
    const { page } = administrator;
    await startEditing(page.getByRole('dialog', { name: topic, exact: true }));
    await expect(page.getByText(`Access to ${topic}`).first()).toBeVisible();
    const save = page.getByRole('button', { name: 'Save changes' });
    await expect(save).toBeDisabled();
    await addAlgorithm(page, 'Sentiment');
    await addAlgorithm(page, 'Anomaly detection');
    await expect(page.getByText('2 added')).toBeVisible();
    await expectAccessible(page);
    await picture(page, 'access');
    await save.click();
    const sheet = page.getByRole('dialog', { name: topic, exact: true });
    await expect(sheet).toBeVisible();
    await expect(sheet).toContainText('Sentiment');
    await expect(sheet).toContainText('Anomaly detection');
    await picture(page, 'topic-sheet');
  });

  test('the owner enables the queue with a version; records arrive there', async ({
    demo,
  }) => {
    const { page } = owner;
    await openQueues(page, 'Sentiment');
    await expect(queueRow(page, topic)).toContainText('Disabled');
    await expectAccessible(page);
    await actOn(page, topic, 'Enable').click();
    await expect(page.getByRole('dialog')).toContainText(
      'Deliver reviews to Sentiment',
    );
    await expectAccessible(page);
    await picture(page, 'enable-dialog');
    await page.keyboard.press('Escape');

    await enableQueue(page, topic, /^1\.0\.2/, 'New records');
    const numbers = await records.produce(200);
    const arrived = await arrivalsOf(demo.endpoint, path('1.0.2'), numbers);
    expect(arrived).toHaveLength(numbers.length);
    for (const request of arrived) {
      expectCloudEvent(request, topic);
    }
    expect(demo.endpoint.requests).toHaveLength(numbers.length);
    await expect(queueRow(page, topic)).toContainText('Running');
    await expect(queueRow(page, topic)).toContainText('1.0.2');
    await expectAccessible(page);
    await picture(page, 'queues-tab');
  });

  test('Edit to another version: new records arrive there and only there', async ({
    demo,
  }) => {
    const { page } = owner;
    demo.endpoint.clear();
    await actOn(page, topic, 'Edit').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: /^2\.0\.0-beta\.1/ }).check();
    await expect(dialog).toContainText(
      'Requests in flight finish on 1.0.2; new ones go to 2.0.0-beta.1.',
    );
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(dialog).toBeHidden();
    const numbers = await records.produce(50);
    await arrivalsOf(demo.endpoint, path('2.0.0-beta.1'), numbers);
    expect(demo.endpoint.requests).toHaveLength(numbers.length);
  });

  test('Edit to Latest: records arrive at the highest version in production', async ({
    demo,
  }) => {
    const { page } = owner;
    demo.endpoint.clear();
    await actOn(page, topic, 'Edit').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: /^Latest/ }).check();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(dialog).toBeHidden();
    const numbers = await records.produce(50);
    await arrivalsOf(demo.endpoint, path('1.1.0'), numbers);
    expect(demo.endpoint.requests).toHaveLength(numbers.length);
  });

  test('Disable: nothing arrives any more; Enable again: nothing is missing', async ({
    demo,
  }) => {
    const { page } = owner;
    demo.endpoint.clear();
    await actOn(page, topic, 'Disable').click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('Stop delivering reviews to Sentiment?');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Disable', exact: true }).click();
    await expect(dialog).toBeHidden({ timeout: 30_000 });
    await expect(queueRow(page, topic)).toContainText('Disabled');

    const numbers = await records.produce(100);
    expect(await membersOfQueueGroups(demo.brokers)).toBe(0);
    expect(demo.endpoint.requests).toEqual([]);

    await enableQueue(page, topic, /^1\.0\.2/);
    await arrivalsOf(demo.endpoint, path('1.0.2'), numbers);
    expect(numbersIn(demo.endpoint.requests).sort((a, b) => a - b)).toEqual(
      numbers,
    );
  });

  test('the viewer sees it all and cannot act', async () => {
    const { page } = viewer;
    await expect(
      page.getByRole('link', { name: 'Queue manager', exact: true }),
    ).toBeHidden();
    await openQueues(page, 'Sentiment');
    await expect(queueRow(page, topic)).toContainText('Running');
    for (const action of ['Disable', 'Edit'] as const) {
      await expect(actOn(page, topic, action)).toBeDisabled();
    }
    await expectAccessible(page);
    await picture(page, 'queues-tab-viewer');
  });

  test('after a restart of everything, delivery goes on by itself', async ({
    demo,
  }) => {
    demo.endpoint.clear();
    const visits = [administrator, owner, viewer];
    // An open page would go on asking the portal that is away.
    for (const { page } of visits) {
      await page.goto('about:blank');
    }
    await demo.restart();
    const numbers = await records.produce(100);
    await arrivalsOf(demo.endpoint, path('1.0.2'), numbers, 60_000);
    expect(numbersIn(demo.endpoint.requests).sort((a, b) => a - b)).toEqual(
      numbers,
    );
    for (const { page } of visits) {
      await page.goto(demo.url);
    }
  });

  test('removing the access of an enabled queue says so first, and stops it', async ({
    demo,
  }) => {
    const { page } = administrator;
    demo.endpoint.clear();
    const sheet = await openTopic(page, 'orders-demo', topic);
    await startEditing(sheet);
    await page.getByRole('button', { name: /^Remove .*sentiment$/i }).click();
    await page.getByRole('button', { name: 'Save changes' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('delete 1 queue');
    await expect(dialog).toContainText('Sentiment');
    await dialog.getByRole('button', { name: 'Remove and delete' }).click();
    await expect(
      page.getByRole('dialog', { name: topic, exact: true }),
    ).not.toContainText('Sentiment', { timeout: 30_000 });

    await expectNoMembers(demo.brokers);
    await records.produce(20);
    await openAlgorithm(owner.page, 'Sentiment');
    await expect(owner.page.getByText('No queues yet')).toBeVisible();
    expect(await membersOfQueueGroups(demo.brokers)).toBe(0);
    expect(demo.endpoint.requests).toEqual([]);
  });

  test('deleting a connection with an enabled queue asks first; afterwards nothing arrives', async ({
    demo,
  }) => {
    const { page } = administrator;
    await startEditing(page.getByRole('dialog', { name: topic, exact: true }));
    await addAlgorithm(page, 'Sentiment');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await expect(
      page.getByRole('dialog', { name: topic, exact: true }),
    ).toContainText('Sentiment');
    await openQueues(owner.page, 'Sentiment');
    await enableQueue(owner.page, topic, /^Latest/, 'New records');
    await arrivalsOf(demo.endpoint, path('1.1.0'), await records.produce(20));
    demo.endpoint.clear();

    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('Delete orders-demo?');
    await expect(dialog).toContainText('1 queue stops at once');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Delete connection' }).click();
    await expect(page.getByText('No cluster is connected yet')).toBeVisible({
      timeout: 30_000,
    });

    await expectNoMembers(demo.brokers);
    await records.produce(20);
    await openAlgorithm(owner.page, 'Sentiment');
    await expect(owner.page.getByText('No queues yet')).toBeVisible();
    expect(await membersOfQueueGroups(demo.brokers)).toBe(0);
    expect(demo.endpoint.requests).toEqual([]);
  });
});

/** Waits until nobody is left who could still deliver. */
async function expectNoMembers(brokers: string[]): Promise<void> {
  await waitUntil(async () => (await membersOfQueueGroups(brokers)) === 0, {
    timeoutMs: 30_000,
    what: 'the consumers to leave their groups',
  });
}
