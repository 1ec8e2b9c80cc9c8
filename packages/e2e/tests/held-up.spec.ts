import { expect, type Page } from '@playwright/test';
import {
  createTopics,
  waitUntil,
  type RecordedRequest,
} from '@event-flows/testbed';
import { connectTopic } from './support/connected';
import { signIn, type ApiClient } from './support/api';
import { bodyOf, NumberedRecords, numbersIn } from './support/arrivals';
import { expectAccessible, lookAtScreen } from './support/look';
import { leaveNothing } from './support/leaveNothing';
import { visitAs, type Visit } from './support/people';
import { readTopic } from './support/readTopic';
import { actOn, enableQueue, openQueues, queueRow } from './support/screens';
import { test } from './support/test';

const SENTIMENT = 'component:default/sentiment';
const MAY_ONLY_LOOK =
  'You may look at this queue but not change it. Ask the owner of the algorithm, or an administrator.';

/** Records that the endpoint refuses, and what a person decides about each. */
test.describe.serial('A record that is held up', () => {
  const topic = 'claims';
  const deadLetterTopic = 'claims.parked';
  /** Numbers of records that the endpoint does not like at the moment. */
  const refused = new Set<number>();

  let ada: ApiClient;
  let owner: Visit;
  let records: NumberedRecords;
  let requests: () => readonly RecordedRequest[];

  test.beforeAll(async ({ browser, demo }) => {
    const { brokers, endpoint, url } = demo;
    // One partition, so that the number says the offset.
    await createTopics(brokers, [{ topic }, { topic: deadLetterTopic }]);
    records = new NumberedRecords(brokers, topic);
    requests = () => endpoint.requests;
    endpoint.clear();
    endpoint.respond = request =>
      refused.has(numbersIn([request])[0])
        ? { status: 422, body: '{"error":"no such claim"}' }
        : { status: 200 };

    ada = await signIn(url, 'user:default/ada');
    await connectTopic(ada, {
      name: 'claims-demo',
      brokers,
      topic,
      algorithmRefs: [SENTIMENT],
    });
    owner = await visitAs(browser, url, 'owner');
  });

  test.afterEach(() => {
    expect(owner.complaints).toEqual([]);
  });

  test.afterAll(async ({ demo }) => {
    await owner?.close();
    await leaveNothing(demo, ada);
  });

  test('says Blocked, which record it is, and why; those behind it wait', async () => {
    const { page } = owner;
    await openQueues(page, 'Sentiment');
    await enableQueue(page, topic, /^1\.0\.2/, 'Everything kept');
    refused.add(2);
    await records.produce(3);

    const record = heldUp(page, 1);
    await expect(record).toContainText('1 failed attempt');
    await expect(record).toContainText('422');
    await expect(queueRow(page, topic)).toContainText('Blocked');
    expect(numbersIn(requests())).toEqual([1, 2]);
    await expectAccessible(page);
  });

  test('Look at it: the answer, this very record, and Try version on it', async () => {
    const { page } = owner;
    const dialog = page.getByRole('dialog', {
      name: `Partition 0, offset 1 of ${topic}`,
    });
    for (const colorScheme of ['dark', 'light'] as const) {
      // The portal begins anew with another theme, and closes its dialogs.
      await page.emulateMedia({ colorScheme });
      await lookAtScreen(page, `${colorScheme}/held-up`);
      await heldUp(page, 1).getByRole('button', { name: 'Look at it' }).click();
      const attempt = dialog.getByRole('region', { name: 'Last attempt' });
      await expect(attempt).toContainText('Status 422', { timeout: 30_000 });
      await expect(attempt).toContainText('no such claim');
      const value = dialog.getByRole('region', { name: 'Value' });
      await value.getByRole('button', { name: 'Text' }).click();
      await expect(value.getByRole('textbox')).toHaveText(bodyOf(2));
      await expect(dialog).toContainText('customer-2');
      await lookAtScreen(
        page,
        `${colorScheme}/held-up-record`,
        '[role="dialog"]',
      );
      if (colorScheme === 'dark') {
        await dialog.getByRole('button', { name: 'Close' }).click();
        await expect(dialog).toBeHidden();
      }
    }
    await dialog.getByRole('button', { name: 'Try version' }).click();
    await expect(dialog.getByRole('status')).toContainText('Refused');
    expect(numbersIn(requests())).toEqual([1, 2, 2]);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toBeHidden();
  });

  test('is told to the owner, once', async ({ demo, browser }) => {
    const title = `The queue ${topic} of sentiment is blocked`;
    const told = await visitAs(browser, demo.url, 'owner');
    await told.page.goto(`${demo.url}/notifications`);
    const message = told.page.getByRole('link', { name: title });
    await expect(message).toBeVisible({ timeout: 60_000 });
    await expect(
      told.page.getByText(/Partition 0, offset 1: 422/),
    ).toBeVisible();
    await expect(message).toHaveCount(1);
    expect(told.complaints).toEqual([]);
    await told.close();
  });

  test('Retry now while it is still refused: it is tried once and held up again', async () => {
    const { page } = owner;
    const before = await firstHeldUp();
    await heldUp(page, 1).getByRole('button', { name: 'Retry now' }).click();
    await expect(page.getByRole('status')).toContainText(
      'Partition 0, offset 1 is tried again.',
    );
    // Its attempts are counted anew.
    await waitUntil(
      async () => {
        const after = await firstHeldUp();
        return after && after.firstFailedAt !== before.firstFailedAt;
      },
      { timeoutMs: 30_000, what: 'a queue that is held up again' },
    );
    expect(await firstHeldUp()).toMatchObject({
      ...{ offset: '1', phase: 'blocked', attempts: 1 },
    });
    await expect(heldUp(page, 1)).toContainText('1 failed attempt');
    await expect(queueRow(page, topic)).toContainText('Blocked');
    expect(numbersIn(requests())).toEqual([1, 2, 2, 2]);
  });

  test('Retry now once the endpoint is mended: it arrives, and those behind it go on', async () => {
    const { page } = owner;
    refused.clear();
    await heldUp(page, 1).getByRole('button', { name: 'Retry now' }).click();
    await expect(page.getByRole('status')).toContainText(
      'Partition 0, offset 1 is tried again.',
    );
    await waitForDelivered(3);
    expect(delivered()).toEqual([1, 2, 3]);
    await expect(queueRow(page, topic)).toContainText('Running');
    await expect(heldUp(page, 1)).toBeHidden();
  });

  test('Skip this record asks first, and Cancel skips nothing', async () => {
    const { page } = owner;
    refused.add(5);
    await records.produce(3);
    await heldUp(page, 4)
      .getByRole('button', { name: 'Skip this record' })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Skip this record?' });
    await expect(dialog).toContainText(
      `Partition 0, offset 4 of ${topic}: this record will never be delivered`,
    );
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toBeHidden();
    await expect(heldUp(page, 4)).toBeVisible();
    expect(await queue()).toMatchObject({
      status: { phase: 'blocked', counters: { skipped: 0 } },
    });
    expect(delivered()).toEqual([1, 2, 3, 4]);
  });

  test('a skipped record never arrives, the next one does', async () => {
    const { page } = owner;
    await heldUp(page, 4)
      .getByRole('button', { name: 'Skip this record' })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Skip this record?' });
    await dialog.getByRole('button', { name: 'Skip this record' }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('status')).toContainText(
      'Partition 0, offset 4 was skipped.',
    );
    await waitForDelivered(6);
    await expect(queueRow(page, topic)).toContainText('Running');

    // It would be accepted now; also when all is read anew from where it stands.
    refused.clear();
    await actOn(page, topic, 'Disable').click();
    const disable = page.getByRole('dialog');
    await disable.getByRole('button', { name: 'Disable', exact: true }).click();
    await expect(disable).toBeHidden({ timeout: 30_000 });
    await enableQueue(page, topic, /^1\.0\.2/);
    await records.produce(1);
    await waitForDelivered(7);
    expect(delivered()).toEqual([1, 2, 3, 4, 6, 7]);
  });

  test('Dead-letter it asks for a topic, and the record goes there', async ({
    demo,
  }) => {
    const { page } = owner;
    refused.add(9);
    await records.produce(3);
    await heldUp(page, 8)
      .getByRole('button', { name: 'Dead-letter it' })
      .click();
    const dialog = page.getByRole('dialog', {
      name: 'Dead-letter this record?',
    });
    await expect(dialog).toContainText(`Partition 0, offset 8 of ${topic}`);
    await expectAccessible(page);
    await dialog
      .getByRole('textbox', { name: 'Dead-letter topic' })
      .fill(deadLetterTopic);
    await dialog.getByRole('button', { name: 'Dead-letter it' }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('status')).toContainText(
      'Partition 0, offset 8 goes to the dead-letter topic.',
    );
    await waitForDelivered(10);
    expect(delivered()).toEqual([1, 2, 3, 4, 6, 7, 8, 10]);
    await expect(queueRow(page, topic)).toContainText('Running');
    await expect(queueRow(page, topic)).toContainText('1 record dead-lettered');

    const parked = await readTopic(demo.brokers, deadLetterTopic, 1);
    expect(parked).toEqual([
      {
        key: 'customer-2',
        value: bodyOf(9),
        headers: expect.objectContaining({
          '__event_flows.errors.topic': topic,
          '__event_flows.errors.partition': '0',
          '__event_flows.errors.offset': '8',
          '__event_flows.errors.group': expect.stringMatching(/^event-flows\./),
          '__event_flows.errors.algorithm': SENTIMENT,
          '__event_flows.errors.version': `${SENTIMENT}-1-0-2`,
          '__event_flows.errors.status': '422',
          '__event_flows.errors.class': 'refused',
          '__event_flows.errors.message': expect.stringContaining('422 from'),
          '__event_flows.errors.attempts': '1',
          '__event_flows.errors.first_failed_at': expect.stringMatching(
            /^\d{4}-\d\d-\d\dT.*Z$/,
          ),
        }),
      },
    ]);
  });

  test('the viewer is told why none of it can be pressed', async ({
    browser,
    demo,
  }) => {
    refused.add(11);
    await records.produce(1);
    const viewer = await visitAs(browser, demo.url, 'viewer');
    await openQueues(viewer.page, 'Sentiment');
    const record = heldUp(viewer.page, 10);
    await expect(record).toBeVisible();
    await expect(
      record.getByRole('button', { name: 'Look at it' }),
    ).toHaveCount(0);
    for (const name of ['Retry now', 'Skip this record', 'Dead-letter it']) {
      const button = record.getByRole('button', { name });
      await expect(button).toBeDisabled();
      await expect(button).toHaveAccessibleDescription(MAY_ONLY_LOOK);
      await button.focus();
      await viewer.page.keyboard.press('Enter');
      await expect(viewer.page.getByRole('dialog')).toHaveCount(0);
    }
    await expectAccessible(viewer.page);
    expect(await queue()).toMatchObject({
      status: { phase: 'blocked', heldUp: [{ offset: '10', attempts: 1 }] },
    });
    expect(viewer.complaints).toEqual([]);
    await viewer.close();
  });

  /** The numbers of the records that the endpoint has accepted, as they came. */
  function delivered(): number[] {
    return numbersIn(
      requests().filter(({ answeredStatus }) => answeredStatus === 200),
    );
  }

  function waitForDelivered(number: number) {
    return waitUntil(() => delivered().includes(number), {
      timeoutMs: 30_000,
      what: `record ${number} at the endpoint`,
    });
  }

  async function queue() {
    const { body } = await ada.send('get', '/queues');
    return body.items.find((item: { topic: string }) => item.topic === topic);
  }

  async function firstHeldUp() {
    return (await queue()).status.heldUp?.[0];
  }

  /** What the row says of a record of the only partition. */
  function heldUp(page: Page, offset: number) {
    return queueRow(page, topic).getByRole('group', {
      name: `Partition 0, offset ${offset}`,
      exact: true,
    });
  }
});
