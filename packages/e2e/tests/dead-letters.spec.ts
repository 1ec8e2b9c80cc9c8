import { expect } from '@playwright/test';
import { createTopics, produce, withAdmin } from '@event-flows/testbed';
import { signIn, type ApiClient } from './support/api';
import { connectTopic, enableFromStart } from './support/connected';
import { bodyOf, NumberedRecords, numbersIn } from './support/arrivals';
import { lookAtScreen } from './support/look';
import { leaveNothing } from './support/leaveNothing';
import { visitAs, type Visit } from './support/people';
import { test } from './support/test';

const SENTIMENT = 'component:default/sentiment';
const VERSION = 'component:default/sentiment-1-0-2';

/** Records that a version refuses go to a topic, and come again when it is mended. */
test.describe.serial('Dead letters', () => {
  const topic = 'surveys';
  const deadLetterTopic = 'surveys.dead';
  /** Numbers of records that the endpoint does not like at the moment. */
  const refused = new Set([2, 3]);
  let ada: ApiClient;
  let owner: Visit;
  let queueId = '';
  let queuePath = '';

  test.beforeAll(async ({ browser, demo }) => {
    demo.endpoint.clear();
    demo.endpoint.respond = request => ({
      status: refused.has(numbersIn([request])[0]) ? 422 : 200,
    });
    await createTopics(demo.brokers, [{ topic }, { topic: deadLetterTopic }]);
    ada = await signIn(demo.url, 'user:default/ada');
    const { queueIdOf } = await connectTopic(ada, {
      name: 'surveys-demo',
      brokers: demo.brokers,
      topic,
      algorithmRefs: [SENTIMENT],
    });
    queueId = queueIdOf(SENTIMENT);
    await enableFromStart(ada, queueId, {
      versionRef: VERSION,
      deadLetterTopic,
    });
    queuePath = `/queue-manager/queues/${queueId}`;
    await new NumberedRecords(demo.brokers, topic).produce(4);
    await demo.endpoint.waitFor(4, 60_000);
    owner = await visitAs(browser, demo.url, 'owner');
  });

  test.afterAll(async ({ demo }) => {
    await owner?.close();
    await leaveNothing(demo, ada);
  });

  test('are on the page of their queue, and in its balance', async ({
    demo,
  }) => {
    const { page } = owner;
    await page.goto(demo.url + queuePath);
    const balance = page.getByRole('region', { name: 'Balance' });
    await expect(balance.getByRole('definition')).toHaveText([
      ...['4', '2', '2', '0', '0'],
    ]);
    const letters = page.getByRole('region', { name: 'Dead letters' });
    await letters.getByRole('button', { name: 'Refresh' }).click();
    await expect(letters.getByRole('rowheader')).toHaveCount(2);
    await expect(letters).toContainText('Partition 0, offset 1');
    await expect(letters).toContainText('422 from 127.0.0.1');
    await letters.scrollIntoViewIfNeeded();
    await lookAtScreen(page, 'light/dead-letters');
  });

  test('are redelivered one at a time, and stay open while they are refused', async ({
    demo,
  }) => {
    const { page } = owner;
    await page
      .getByRole('region', { name: 'Dead letters' })
      .getByRole('button', { name: 'Partition 0, offset 1' })
      .click();
    const letter = page.getByRole('dialog');
    await expect(letter).toContainText('Parcel 2 was great');
    await letter.getByRole('button', { name: 'Redeliver' }).click();
    await expect(letter).toContainText('Refused');
    await lookAtScreen(page, 'light/dead-letter', '[role="dialog"]');
    refused.clear();
    await letter.getByRole('button', { name: 'Redeliver' }).click();
    await expect(letter).toContainText('Accepted');
    await letter.getByRole('button', { name: 'Close' }).click();
    expect(numbersIn(demo.endpoint.requests)).toEqual([1, 2, 3, 4, 2, 2]);
  });

  test('are redelivered all, to this algorithm and to nobody else', async ({
    demo,
  }) => {
    const { page } = owner;
    const letters = page.getByRole('region', { name: 'Dead letters' });
    await letters.getByRole('button', { name: 'Redeliver all…' }).click();
    await page
      .getByRole('dialog', { name: 'Redeliver 1 record?' })
      .getByRole('button', { name: 'Redeliver' })
      .click();
    await expect(letters).toContainText('1 accepted, 0 not, of 1');
    await expect(letters).toContainText('Nothing to do');
    expect(numbersIn(demo.endpoint.requests).at(-1)).toBe(3);
    const last = demo.endpoint.requests.at(-1);
    expect(last?.headers).toMatchObject({ 'ce-id': `${topic}:0:2` });
    // Whoever else reads the topic gets none of it again.
    expect(
      await withAdmin(demo.brokers, admin => admin.fetchTopicOffsets(topic)),
    ).toMatchObject([{ high: '4' }]);
    await letters
      .getByRole('checkbox', { name: 'Show those that are done' })
      .check();
    await expect(letters.getByText('Redelivered')).toHaveCount(2);
    await lookAtScreen(page, 'light/dead-letters-done');
  });

  test('are purged from Kafka when they are done', async ({ demo }) => {
    const { page } = owner;
    const letters = page.getByRole('region', { name: 'Dead letters' });
    await letters.getByRole('button', { name: 'Purge…' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(
      `2 dead letters of ${deadLetterTopic} are`,
    );
    await lookAtScreen(page, 'light/dead-letters-purge', '[role="dialog"]');
    await dialog.getByRole('button', { name: 'Delete 2 records' }).click();
    await expect(dialog).toBeHidden();
    await expect(letters).toContainText('Nothing to do');
    expect(
      await withAdmin(demo.brokers, admin =>
        admin.fetchTopicOffsets(deadLetterTopic),
      ),
    ).toMatchObject([{ low: '2', high: '2' }]);
  });

  test('are all within reach where there are more than one look takes in', async ({
    demo,
  }) => {
    const count = 130;
    await produce(
      demo.brokers,
      deadLetterTopic,
      Array.from({ length: count }, (_, i) => ({
        value: bodyOf(i),
        headers: letterHeaders(i),
      })),
    );
    const { page } = owner;
    const letters = page.getByRole('region', { name: 'Dead letters' });
    await letters.getByRole('button', { name: 'Refresh' }).click();
    await expect(letters).toContainText('1-50 of 100');
    await expect(letters).toContainText(`30 older records of`);
    // Also those that are not on the screen.
    await letters.getByRole('button', { name: 'Redeliver all…' }).click();
    await page
      .getByRole('dialog', { name: `Redeliver ${count} records?` })
      .getByRole('button', { name: 'Cancel' })
      .click();
    await letters.getByRole('button', { name: 'Look at older ones' }).click();
    await expect(letters).toContainText(`1-50 of ${count}`);
    await expect(letters).not.toContainText('older record');
    await letters
      .getByRole('searchbox', { name: 'Filter by reason' })
      .fill('no. 7 is');
    await expect(letters.getByRole('rowheader')).toHaveCount(1);
    await expect(letters).toContainText('Partition 0, offset 7');
    // Nobody wants this one; only what the filter shows is meant.
    await letters.getByRole('button', { name: 'Dismiss all…' }).click();
    await page
      .getByRole('dialog', { name: 'Dismiss 1 record?' })
      .getByRole('button', { name: 'Dismiss' })
      .click();
    await expect(letters).toContainText('1 of 1 dismissed');
    expect(owner.complaints).toEqual([]);
  });

  /** As the engine writes them. */
  function letterHeaders(number: number): Record<string, string> {
    const story = {
      ...{ topic, partition: '0', offset: `${number}`, attempts: '1' },
      ...{
        group: `event-flows.${queueId}`,
        algorithm: SENTIMENT,
        version: VERSION,
      },
      ...{ status: '422', class: 'refused', message: `no. ${number} is bad` },
      first_failed_at: new Date().toISOString(),
    };
    return Object.fromEntries(
      Object.entries(story).map(([name, value]) => [
        `__event_flows.errors.${name}`,
        value,
      ]),
    );
  }
});
