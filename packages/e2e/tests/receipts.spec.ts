import { expect } from '@playwright/test';
import { createTopics } from '@event-flows/testbed';
import { signIn, type ApiClient } from './support/api';
import { connectTopic, enableFromStart } from './support/connected';
import { NumberedRecords, numbersIn } from './support/arrivals';
import { lookAtScreen } from './support/look';
import { leaveNothing } from './support/leaveNothing';
import { visitAs, type Visit } from './support/people';
import { choose } from './support/screens';
import { test } from './support/test';

const SENTIMENT = 'component:default/sentiment';
const VERSION = 'component:default/sentiment-1-0-2';

/** Somebody wants to know what became of one record. */
test.describe.serial('Receipts', () => {
  const topic = 'tickets';
  const deadLetterTopic = 'tickets.dead';
  let ada: ApiClient;
  let owner: Visit;
  let viewer: Visit;
  let queuePath = '';

  test.beforeAll(async ({ browser, demo }) => {
    demo.endpoint.clear();
    let isBusy = true;
    demo.endpoint.respond = request => {
      const [number] = numbersIn([request]);
      if (number === 3) {
        return { status: 422, body: '{"error":"no text"}' };
      }
      if (number === 2 && isBusy) {
        isBusy = false;
        return { status: 503, body: 'busy' };
      }
      return { status: 200, body: '{"mood":"happy"}' };
    };
    await createTopics(demo.brokers, [{ topic }, { topic: deadLetterTopic }]);
    ada = await signIn(demo.url, 'user:default/ada');
    const { queueIdOf } = await connectTopic(ada, {
      name: 'tickets-demo',
      brokers: demo.brokers,
      topic,
      algorithmRefs: [SENTIMENT],
    });
    const queueId = queueIdOf(SENTIMENT);
    await enableFromStart(ada, queueId, {
      versionRef: VERSION,
      deadLetterTopic,
    });
    queuePath = `/queue-manager/queues/${queueId}`;
    await new NumberedRecords(demo.brokers, topic).produce(4);
    await demo.endpoint.waitFor(5, 60_000);
    owner = await visitAs(browser, demo.url, 'owner');
    viewer = await visitAs(browser, demo.url, 'viewer');
  });

  test.afterAll(async ({ demo }) => {
    await owner?.close();
    await viewer?.close();
    await leaveNothing(demo, ada);
  });

  /** The receipts on the page, once all of them have come. */
  async function receiptsOn({ page }: Visit, url: string) {
    await page.goto(url);
    const receipts = page.getByRole('region', { name: 'Receipts' });
    await expect(async () => {
      await receipts.getByRole('button', { name: 'Refresh' }).click();
      await expect(receipts.getByRole('rowheader')).toHaveCount(4);
    }).toPass({ timeout: 30_000 });
    return receipts;
  }

  test('say what became of each record', async ({ demo }) => {
    const { page } = owner;
    const receipts = await receiptsOn(owner, demo.url + queuePath);
    const row = (offset: number) =>
      receipts.getByRole('row').filter({ hasText: `offset ${offset}` });
    await expect(row(1)).toContainText('Delivered');
    await expect(row(1)).toContainText('200');
    await expect(row(2)).toContainText('Dead-lettered');
    await expect(row(2)).toContainText('422');
    await receipts.scrollIntoViewIfNeeded();
    await lookAtScreen(page, 'light/receipts');

    await row(1).getByRole('button').click();
    const record = page.getByRole('dialog');
    await expect(record.getByRole('listitem')).toHaveCount(2);
    await expect(record.getByRole('listitem').first()).toContainText(
      /Failed for now.*Attempt 1 · Status 503.*busy/s,
    );
    await expect(record.getByRole('listitem').last()).toContainText(
      /Delivered.*Attempt 2 · Status 200.*happy/s,
    );
    await lookAtScreen(page, 'light/receipt', '[role="dialog"]');
    await record.getByRole('button', { name: 'Close' }).click();
  });

  test('are found', async () => {
    const { page } = owner;
    const receipts = page.getByRole('region', { name: 'Receipts' });
    await choose(page, 'What became of it', 'Dead-lettered');
    await expect(receipts.getByRole('rowheader')).toHaveText([
      'Partition 0, offset 2',
    ]);
    await choose(page, 'What became of it', 'All');
    await receipts
      .getByRole('searchbox', { name: 'Find an offset' })
      .fill('0:3');
    await expect(receipts.getByRole('rowheader')).toHaveText([
      'Partition 0, offset 3',
    ]);
    expect(owner.complaints).toEqual([]);
  });

  test('show no contents to whoever may not read records', async ({ demo }) => {
    const receipts = await receiptsOn(viewer, demo.url + queuePath);
    await expect(
      receipts.getByRole('columnheader', { name: 'Key' }),
    ).toHaveCount(0);
    await receipts
      .getByRole('button', { name: 'Partition 0, offset 1' })
      .click();
    const record = viewer.page.getByRole('dialog');
    await expect(record.getByRole('listitem')).toHaveCount(2);
    await expect(record).not.toContainText('happy');
    expect(viewer.complaints).toEqual([]);
  });
});
