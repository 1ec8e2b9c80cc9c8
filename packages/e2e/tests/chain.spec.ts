import { expect } from '@playwright/test';
import { createTopics } from '@event-flows/testbed';
import { signIn, type ApiClient } from './support/api';
import { connectTopic } from './support/connected';
import { NumberedRecords, numbersIn } from './support/arrivals';
import { leaveNothing } from './support/leaveNothing';
import { lookAtScreen } from './support/look';
import { visitAs, type Visit } from './support/people';
import { actOn, addAlgorithm, choose, openQueues } from './support/screens';
import { test } from './support/test';

const SENTIMENT = 'component:default/sentiment';

/** What one algorithm answers is what the next one reads. */
test.describe.serial('A chain of two algorithms', () => {
  const topic = 'opinions-in';
  const scores = 'opinion-scores';
  let ada: ApiClient;
  let administrator: Visit;
  let owner: Visit;
  let connectionId = '';

  test.beforeAll(async ({ browser, demo }) => {
    demo.endpoint.clear();
    demo.endpoint.respond = request =>
      request.path.includes('/sentiment/')
        ? {
            status: 200,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({
              ...{ number: numbersIn([request])[0], score: 0.9 },
              label: 'positive',
            }),
          }
        : { status: 200 };
    await createTopics(demo.brokers, [
      { topic, partitions: 2 },
      { topic: scores, partitions: 2 },
    ]);
    ada = await signIn(demo.url, 'user:default/ada');
    ({ connectionId } = await connectTopic(ada, {
      name: 'chain-demo',
      brokers: demo.brokers,
      topic,
      algorithmRefs: [SENTIMENT],
    }));
    administrator = await visitAs(browser, demo.url, 'administrator');
    owner = await visitAs(browser, demo.url, 'owner');
  });

  test.afterAll(async ({ demo }) => {
    await administrator?.close();
    await owner?.close();
    await leaveNothing(demo, ada);
  });

  test('begins with access to publish, and to read that', async ({ demo }) => {
    const { page } = administrator;
    await page.goto(
      `${demo.url}/queue-manager/${connectionId}/topics/${scores}/access`,
    );
    await addAlgorithm(page, 'Sentiment');
    await page
      .getByRole('button', { name: `API type of ${SENTIMENT} Subscriber` })
      .click();
    await page.getByRole('option', { name: 'Publisher' }).click();
    await addAlgorithm(page, 'Follow-up');
    await lookAtScreen(page, 'light/publisher');
    await page.getByRole('button', { name: 'Save changes' }).click();
    const sheet = page.getByRole('dialog', { name: scores });
    await expect(sheet).toContainText('Publisher');
    expect(administrator.complaints).toEqual([]);
  });

  test('is put together by the owner', async () => {
    const { page } = owner;
    await openQueues(page, 'Sentiment');
    await actOn(page, topic, 'Enable').click();
    const dialog = page.getByRole('dialog');
    await choose(page, 'Publish answers to', scores);
    await lookAtScreen(page, 'light/output-topic', '[role="dialog"]');
    await dialog.getByRole('button', { name: 'Enable' }).click();
    await expect(dialog).toBeHidden();
    await openQueues(page, 'Follow-up');
    await actOn(page, scores, 'Enable').click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Enable' })
      .click();
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(page.getByRole('row', { name: scores })).toContainText(
      'Running',
      { timeout: 30_000 },
    );
    expect(owner.complaints).toEqual([]);
  });

  test('passes each record on, once, keyed as it was', async ({ demo }) => {
    await new NumberedRecords(demo.brokers, topic).produce(10);
    await demo.endpoint.waitFor(20, 60_000);
    const passedOn = demo.endpoint.requests.filter(({ path }) =>
      path.includes('/follow-up/'),
    );
    expect(numbersIn(passedOn).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 10 }, (_, index) => index + 1),
    );
    for (const request of passedOn) {
      const [number] = numbersIn([request]);
      expect(request.headers).toMatchObject({
        'content-type': 'application/json',
        'ce-subject': `customer-${number % 7}`,
      });
    }
  });
});
