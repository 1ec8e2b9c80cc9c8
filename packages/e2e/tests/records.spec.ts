import { expect } from '@playwright/test';
import { createTopics, produce } from '@event-flows/testbed';
import { signIn, type ApiClient } from './support/api';
import { connectTopic } from './support/connected';
import { lookAtScreen } from './support/look';
import { leaveNothing } from './support/leaveNothing';
import { visitAs, type Visit } from './support/people';
import { actOn, choose, openQueues } from './support/screens';
import { test } from './support/test';

const SENTIMENT = 'component:default/sentiment';
const TITLE = 'Records of opinions';

/** An owner looks at records and tries a version before enabling it. */
test.describe.serial('Looking before enabling', () => {
  const topic = 'opinions';
  let ada: ApiClient;
  let owner: Visit;
  let queuePath = '';

  test.beforeAll(async ({ browser, demo }) => {
    demo.endpoint.clear();
    demo.endpoint.respond = ({ body }) =>
      body.includes('great')
        ? { status: 200, body: '{"mood":"happy","score":0.97}' }
        : { status: 422, body: '{"error":"no text"}' };
    await createTopics(demo.brokers, [{ topic, partitions: 3 }]);
    await produce(demo.brokers, topic, [
      {
        ...{ key: 'customer-1', partition: 0 },
        value: '{"text":"The parcel was great","stars":5}',
        headers: { 'content-type': 'application/json' },
      },
      {
        ...{ key: 'customer-2', partition: 2 },
        value: '<img src=x onerror="window.hostile=1">',
      },
      { partition: 1, value: Buffer.from([0x00, 0xff, 0x10]) },
    ]);
    ada = await signIn(demo.url, 'user:default/ada');
    const { queueIdOf } = await connectTopic(ada, {
      name: 'opinions-demo',
      brokers: demo.brokers,
      topic,
      algorithmRefs: [SENTIMENT],
    });
    queuePath = `/queue-manager/queues/${queueIdOf(SENTIMENT)}`;
    owner = await visitAs(browser, demo.url, 'owner');
  });

  test.afterAll(async ({ demo }) => {
    await owner?.close();
    await leaveNothing(demo, ada);
  });

  test('shows what the topic holds, from the dialog that enables', async () => {
    const { page } = owner;
    await openQueues(page, 'Sentiment');
    await actOn(page, topic, 'Enable').click();
    await page.getByRole('button', { name: /^Look at the records/ }).click();
    const records = page.getByRole('dialog', { name: TITLE });
    await expect(records.getByRole('rowheader')).toHaveCount(3);
    await expect(records).toContainText('customer-1');
    await expect(records).toContainText('00 ff 10');
    await lookAtScreen(page, 'light/records', '[role="dialog"]');
    await records
      .getByRole('row')
      .filter({ hasText: 'customer-2' })
      .getByRole('button')
      .click();
    await expect(
      records.getByText('<img src=x onerror="window.hostile=1">'),
    ).toBeVisible();
    expect(await page.evaluate(() => 'hostile' in window)).toBe(false);
    await records.getByRole('button', { name: 'Close' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Cancel' })
      .click();
  });

  test('tries a version on one record, and shows what came of it', async ({
    demo,
  }) => {
    const { page } = owner;
    await page.goto(demo.url + queuePath);
    await page.getByRole('button', { name: 'Records…' }).click();
    const records = page.getByRole('dialog', { name: TITLE });
    await records
      .getByRole('row')
      .filter({ hasText: 'customer-1' })
      .getByRole('button')
      .click();
    expect(demo.endpoint.requests).toEqual([]);
    await records.getByRole('button', { name: 'Try version' }).click();
    await expect(records).toContainText('Accepted');
    await expect(records).toContainText('"mood": "happy"');
    await lookAtScreen(page, 'light/try-version', '[role="dialog"]');
    expect(demo.endpoint.requests).toHaveLength(1);
    expect(demo.endpoint.requests[0].headers).toMatchObject({
      'ce-id': `${topic}:0:0`,
    });

    await records.getByRole('button', { name: 'Back to the list' }).click();
    await records
      .getByRole('row')
      .filter({ hasText: 'customer-2' })
      .getByRole('button')
      .click();
    await records.getByRole('button', { name: 'Try version' }).click();
    await expect(records).toContainText('Refused');
    await expect(records).toContainText('"error": "no text"');
    await lookAtScreen(page, 'light/try-version-refused', '[role="dialog"]');
  });

  test('tries two versions on the latest records at once', async () => {
    const { page } = owner;
    const records = page.getByRole('dialog', { name: TITLE });
    await records.getByRole('button', { name: 'Back to the list' }).click();
    await records.getByRole('button', { name: 'Back-test…' }).click();
    await choose(page, 'Compare with', '1.0.2');
    await records.getByRole('button', { name: 'Start' }).click();
    await expect(records).toContainText('3 of 3 records tried', {
      timeout: 30_000,
    });
    await expect(records.getByText('1 of 3')).toHaveCount(2);
    await expect(records).toContainText('Both versions answered all 3 alike.');
    await lookAtScreen(page, 'light/back-test', '[role="dialog"]');
  });

  test('has changed nothing', async ({ demo }) => {
    const { page } = owner;
    await page.keyboard.press('Escape');
    await expect(page.getByText('Never enabled yet.')).toBeVisible();
    expect(demo.endpoint.requests).toHaveLength(8);
    expect(owner.complaints).toEqual([]);
  });

  test('is not for those who may only look at queues', async ({
    browser,
    demo,
  }) => {
    const viewer = await visitAs(browser, demo.url, 'viewer');
    await viewer.page.goto(demo.url + queuePath);
    const button = viewer.page.getByRole('button', { name: 'Records…' });
    await expect(button).toBeDisabled();
    await expect(button).toHaveAccessibleDescription(
      /^You may not look at the records/,
    );
    expect(viewer.complaints).toEqual([]);
    await viewer.close();
  });
});
