import { expect } from '@playwright/test';
import {
  createTopics,
  waitUntil,
  type EndpointAnswer,
} from '@event-flows/testbed';
import { connectTopic } from './support/connected';
import { signIn, type ApiClient } from './support/api';
import { NumberedRecords, numbersIn } from './support/arrivals';
import { leaveNothing } from './support/leaveNothing';
import { expectAccessible, lookAtScreen } from './support/look';
import { visitAs, type Visit } from './support/people';
import { enableQueue, openQueues, queueRow } from './support/screens';
import { test } from './support/test';

/** Out of trouble with one click, where many records or the whole queue are in it. */
test.describe.serial('A queue in trouble', () => {
  const topic = 'returns';
  /** What the endpoint says to everything at the moment. */
  let answer: EndpointAnswer = { status: 422 };
  let ada: ApiClient;
  let owner: Visit;
  let records: NumberedRecords;

  test.beforeAll(async ({ browser, demo }) => {
    const { brokers, endpoint, url } = demo;
    await createTopics(brokers, [{ topic, partitions: 3 }]);
    records = new NumberedRecords(brokers, topic);
    endpoint.clear();
    endpoint.respond = () => answer;
    ada = await signIn(url, 'user:default/ada');
    await connectTopic(ada, {
      ...{ name: 'returns-demo', brokers, topic },
      algorithmRefs: ['component:default/sentiment'],
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

  test('is asked about all of its blocked records at once', async ({
    demo,
  }) => {
    const { page } = owner;
    await openQueues(page, 'Sentiment');
    await enableQueue(page, topic, /^1\.0\.2/, 'Everything kept');
    // Seven keys, so that each of the partitions has some.
    await records.produce(7);
    const row = queueRow(page, topic);
    await expect(row).toContainText('Blocked');
    await row
      .getByRole('button', { name: 'and 2 more records are held up' })
      .click();
    const list = page.getByRole('dialog', {
      name: `Held-up records of ${topic}`,
    });
    await expect(list.getByRole('listitem')).toHaveCount(3);
    await lookAtScreen(page, 'light/held-up-all', '[role="dialog"]');
    await expectAccessible(page);

    const before = demo.endpoint.requests.length;
    await list.getByRole('button', { name: 'Retry all 3' }).click();
    await expect(list).toContainText('3 of 3 done.');
    await waitUntil(() => demo.endpoint.requests.length === before + 3, {
      ...{ timeoutMs: 30_000, what: 'three more requests' },
    });
    await expect(list.getByRole('listitem')).toHaveCount(3);

    answer = { status: 200 };
    await list.getByRole('button', { name: 'Skip all 3' }).click();
    const question = page.getByRole('dialog', {
      name: 'Skip these 3 records?',
    });
    await question.getByRole('button', { name: 'Skip all 3' }).click();
    await expect(list).toContainText('No record is held up any more.');
    await list.getByRole('button', { name: 'Close' }).click();
    await expect(row).toContainText('Running');
    const { body } = await ada.send('get', '/queues');
    expect(body.items[0].status.counters).toMatchObject({
      ...{ read: 7, delivered: 4, skipped: 3, inFlight: 0 },
    });
  });

  test('is tried again at once when whoever mended it says so', async ({
    demo,
  }) => {
    const { page } = owner;
    answer = { status: 401 };
    await records.produce(1);
    const row = queueRow(page, topic);
    await expect(row).toContainText('Paused');
    await expect(row).toContainText('401 from');
    answer = { status: 200 };
    await row.getByRole('button', { name: 'Try again now' }).click();
    const dialog = page.getByRole('dialog', {
      name: `Try ${topic} again now?`,
    });
    await expect(dialog).toBeVisible();
    await lookAtScreen(page, 'light/resume', '[role="dialog"]');
    await dialog.getByRole('button', { name: 'Try again now' }).click();
    await expect(dialog).toBeHidden();
    await expect(row).toContainText('Running');
    expect(
      numbersIn(
        demo.endpoint.requests.filter(each => each.answeredStatus === 200),
      ).at(-1),
    ).toBe(8);
  });
});
