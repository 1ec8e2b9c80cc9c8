import { expect } from '@playwright/test';
import { createTopics } from '@event-flows/testbed';
import { signIn, type ApiClient } from './support/api';
import { connectTopic } from './support/connected';
import { leaveNothing } from './support/leaveNothing';
import { expectAccessible, lookAtScreen } from './support/look';
import { visitAs, type Visit } from './support/people';
import { actOn, openQueues, queueRow } from './support/screens';
import { test } from './support/test';

const SENTIMENT = 'component:default/sentiment';
const QUEUE = /\/queues\//;

/** What is wrong with a dialog that scrolls is seen, and nobody overwrites anybody. */
test.describe.serial('The dialog of a queue', () => {
  const topic = 'edited-by-two';
  let ada: ApiClient;
  let owner: Visit;
  let queuePath: string;

  test.beforeAll(async ({ browser, demo }) => {
    await createTopics(demo.brokers, [{ topic }]);
    ada = await signIn(demo.url, 'user:default/ada');
    const { queueIdOf } = await connectTopic(ada, {
      name: 'edited-demo',
      brokers: demo.brokers,
      topic,
      algorithmRefs: [SENTIMENT],
    });
    queuePath = `/queues/${queueIdOf(SENTIMENT)}`;
    owner = await visitAs(browser, demo.url, 'owner', {
      viewport: { width: 1000, height: 600 },
    });
  });

  test.afterAll(async ({ demo }) => {
    await owner?.close();
    await leaveNothing(demo, ada);
  });

  test('leads to the first field that is wrong', async () => {
    const { page } = owner;
    await openQueues(page, 'Sentiment');
    await actOn(page, topic, 'Enable').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'From a time' }).check();
    await dialog.getByRole('button', { name: 'Advanced' }).click();
    const last = dialog.getByRole('textbox', {
      name: /^Tell the owner of waiting/,
    });
    await last.fill('5');
    await last.scrollIntoViewIfNeeded();
    const time = dialog.getByLabel('Time', { exact: true });
    await expect(time).not.toBeInViewport();
    await dialog.getByRole('button', { name: 'Enable', exact: true }).click();

    await expect(time).toBeFocused();
    await expect(time).toBeInViewport({ ratio: 1 });
    await expect(dialog).toContainText('Enter a date and a time.');
  });

  test('says what the backend refuses beside the field', async () => {
    const { page } = owner;
    owner.expectAnswer(400, QUEUE);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'New records' }).check();
    await dialog.getByRole('checkbox', { name: /^Put records/ }).check();
    const deadLetters = dialog.getByRole('textbox', {
      name: 'Dead-letter topic',
    });
    await dialog.getByRole('radio', { name: /^Latest/ }).check();
    await dialog.getByRole('button', { name: 'Enable', exact: true }).click();

    await expect(deadLetters).toBeFocused();
    await expect(deadLetters).toBeInViewport({ ratio: 1 });
    await expect(dialog).toContainText(
      `the cluster has no topic ${topic}.dead-letters`,
    );
    await expectAccessible(page);

    await dialog.getByRole('checkbox', { name: /^Put records/ }).uncheck();
    await dialog.getByRole('button', { name: 'Enable', exact: true }).click();
    await expect(dialog).toBeHidden({ timeout: 30_000 });
    await expect(queueRow(page, topic)).toContainText('Running', {
      timeout: 30_000,
    });
  });

  test('says what somebody else changed meanwhile, and keeps what was entered', async () => {
    const { page } = owner;
    await actOn(page, topic, 'Edit').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Advanced' }).click();
    await dialog.getByRole('textbox', { name: 'Attempts' }).fill('7');
    const { body } = await ada.send('get', queuePath);
    await ada.send('put', queuePath, {
      ...{ state: 'disabled', revision: body.revision },
    });

    const notice = dialog.getByRole('alert');
    await expect(notice).toContainText('Ada', { timeout: 15_000 });
    await expect(notice).toContainText('The queue is disabled now');
    await expect(notice).toBeInViewport();
    const save = dialog.getByRole('button', { name: 'Save', exact: true });
    await expect(save).toBeDisabled();
    await lookAtScreen(page, 'light/queue-conflict', '[role="dialog"]');

    await notice.getByRole('button', { name: /^Take theirs/ }).click();
    await expect(dialog.getByRole('textbox', { name: 'Attempts' })).toHaveValue(
      '7',
    );
    await dialog.getByRole('button', { name: 'Enable', exact: true }).click();
    await expect(dialog).toBeHidden({ timeout: 30_000 });
    const { body: now } = await ada.send('get', queuePath);
    expect(now).toMatchObject({
      ...{ state: 'enabled', settings: { maxAttempts: 7 } },
    });
    expect(owner.complaints).toEqual([]);
  });
});
