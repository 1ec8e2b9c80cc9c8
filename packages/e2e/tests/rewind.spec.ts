import { expect } from '@playwright/test';
import { createTopics } from '@event-flows/testbed';
import { signIn, type ApiClient } from './support/api';
import { connectTopic } from './support/connected';
import { NumberedRecords, numbersIn } from './support/arrivals';
import { lookAtScreen } from './support/look';
import { leaveNothing } from './support/leaveNothing';
import { visitAs, type Visit } from './support/people';
import { actOn, enableQueue, openQueues, queueRow } from './support/screens';
import { test } from './support/test';

const SENTIMENT = 'component:default/sentiment';

/** An owner has records delivered again. */
test.describe.serial('A queue that is rewound', () => {
  const topic = 'replays';
  let ada: ApiClient;
  let owner: Visit;
  let records: NumberedRecords;

  test.beforeAll(async ({ browser, demo }) => {
    demo.endpoint.clear();
    demo.endpoint.respond = () => ({ status: 200 });
    await createTopics(demo.brokers, [{ topic }]);
    records = new NumberedRecords(demo.brokers, topic);
    ada = await signIn(demo.url, 'user:default/ada');
    await connectTopic(ada, {
      name: 'replays-demo',
      brokers: demo.brokers,
      topic,
      algorithmRefs: [SENTIMENT],
    });
    owner = await visitAs(browser, demo.url, 'owner');
  });

  test.afterAll(async ({ demo }) => {
    await owner?.close();
    await leaveNothing(demo, ada);
  });

  test('has delivered everything, and is disabled', async ({ demo }) => {
    const { page } = owner;
    await records.produce(5);
    await openQueues(page, 'Sentiment');
    // Nobody knows how many wait before the queue has a position.
    await expect(queueRow(page, topic).getByRole('cell').nth(2)).toHaveText(
      '–',
    );
    await enableQueue(page, topic, /^1\.0\.2/, 'Everything kept');
    await demo.endpoint.waitFor(5, 60_000);
    await actOn(page, topic, 'Disable').click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Disable' })
      .click();
    await expect(queueRow(page, topic)).toContainText('Disabled', {
      timeout: 30_000,
    });
  });

  test('says how many records that means, before anything is moved', async () => {
    const { page } = owner;
    await queueRow(page, topic)
      .getByRole('button', { name: 'Rewind…' })
      .click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(
      'About 5 records will be delivered. 5 of them for the second time.',
    );
    await dialog.getByRole('radio', { name: /^At an offset/ }).check();
    await dialog.getByRole('textbox', { name: 'Offset' }).fill('99');
    await expect(dialog).toContainText(
      'Partition 0 ends at offset 5: the position goes there.',
    );
    await dialog.getByRole('textbox', { name: 'Offset' }).fill('2');
    await expect(dialog).toContainText('About 3 records will be delivered.');
    await lookAtScreen(page, 'light/rewind', '[role="dialog"]');
  });

  test('goes on where it was moved to, when it is enabled again', async ({
    demo,
  }) => {
    const { page } = owner;
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Move position' }).click();
    await expect(dialog).toBeHidden();
    await expect(queueRow(page, topic)).toContainText('3');
    await actOn(page, topic, 'Enable').click();
    await expect(dialog).toContainText('3 records behind');
    await dialog.getByRole('button', { name: 'Enable', exact: true }).click();
    await demo.endpoint.waitFor(8, 60_000);
    expect(numbersIn(demo.endpoint.requests)).toEqual([1, 2, 3, 4, 5, 3, 4, 5]);
  });

  test('says on its page who did what', async () => {
    const { page } = owner;
    await queueRow(page, topic).getByRole('link', { name: topic }).click();
    const changes = page.getByRole('table', {
      name: `Recent changes of ${topic}`,
    });
    await expect(changes.getByRole('rowheader')).toHaveText([
      'Enabled with 1.0.2',
      'Position of partition 0 moved to offset 2',
      'Disabled',
      'Enabled with 1.0.2',
      'Access to the topic given',
    ]);
    await expect(changes.getByRole('row', { name: /^Disabled/ })).toContainText(
      'Nils Lindqvist',
    );
    expect(owner.complaints).toEqual([]);
  });
});
