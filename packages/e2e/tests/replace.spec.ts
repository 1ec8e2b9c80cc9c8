import { expect } from '@playwright/test';
import { createTopics } from '@event-flows/testbed';
import { signIn, type ApiClient } from './support/api';
import { connectTopic, enableFromStart } from './support/connected';
import { NumberedRecords, numbersIn } from './support/arrivals';
import { lookAtScreen } from './support/look';
import { leaveNothing } from './support/leaveNothing';
import { visitAs, type Visit } from './support/people';
import { test } from './support/test';

const SENTIMENT = 'component:default/sentiment';
const FRAUD = 'component:default/fraud-score';

/** A connection is replaced while records flow. */
test.describe.serial('Replacing a connection', () => {
  const topic = 'invoices';
  let ada: ApiClient;
  let administrator: Visit;
  let connectionId = '';
  let queueId = '';
  let records: NumberedRecords;

  test.beforeAll(async ({ browser, demo }) => {
    demo.endpoint.clear();
    demo.endpoint.respond = () => ({ status: 200 });
    await createTopics(demo.brokers, [{ topic, partitions: 2 }]);
    records = new NumberedRecords(demo.brokers, topic);
    ada = await signIn(demo.url, 'user:default/ada');
    const connected = await connectTopic(ada, {
      name: 'invoices-demo',
      brokers: demo.brokers,
      topic,
      algorithmRefs: [SENTIMENT, FRAUD],
    });
    connectionId = connected.connectionId;
    queueId = connected.queueIdOf(SENTIMENT);
    await enableFromStart(ada, queueId, { versionRef: 'latest' });
    await records.produce(5);
    await demo.endpoint.waitFor(5, 60_000);
    administrator = await visitAs(browser, demo.url, 'administrator');
  });

  test.afterAll(async ({ demo }) => {
    await administrator?.close();
    await leaveNothing(demo, ada);
  });

  test('connects the cluster anew, with what is known of it', async ({
    demo,
  }) => {
    const { page } = administrator;
    await page.goto(`${demo.url}/queue-manager/${connectionId}`);
    await page.getByRole('button', { name: 'Replace…' }).click();
    await expect(
      page.getByRole('heading', { name: 'Replace invoices-demo' }),
    ).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue(
      'invoices-demo-2',
    );
    await lookAtScreen(page, 'light/replace-form');
    await page.getByRole('button', { name: 'Connect to Broker' }).click();
    const panel = page.getByRole('region', {
      name: 'Take over from invoices-demo',
    });
    await expect(panel.getByText('Can be moved')).toHaveCount(2);
    await lookAtScreen(page, 'light/take-over');
  });

  test('has the queues go over, and loses and repeats nothing', async ({
    demo,
  }) => {
    const { page } = administrator;
    const panel = page.getByRole('region', {
      name: 'Take over from invoices-demo',
    });
    await panel.getByRole('button', { name: 'Move 2 queues' }).click();
    await panel.getByRole('button', { name: 'Stop' }).click();
    await records.produce(5);
    // The one under way has ended; the other one is where it was.
    const rest = panel.getByRole('button', { name: 'Move 1 queue' });
    await expect(rest).toBeVisible({ timeout: 60_000 });
    const moved = page.waitForResponse(
      response =>
        response.url().endsWith(`/queues/${queueId}/move`) && response.ok(),
    );
    await rest.click();
    await moved;
    // Whoever leaves in the middle leaves nothing that does not end by itself.
    const address = page.url();
    await page.goto('about:blank');
    await page.goto(address);
    await expect(
      panel.getByText('No queue that you may see is left at invoices-demo.'),
    ).toBeVisible({ timeout: 60_000 });
    await lookAtScreen(page, 'light/taken-over');
    await panel.getByRole('button', { name: 'Delete invoices-demo…' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Delete connection' })
      .click();
    await expect(panel).toBeHidden({ timeout: 30_000 });
    await records.produce(5);
    await demo.endpoint.waitFor(15, 60_000);
    expect(numbersIn(demo.endpoint.requests).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 15 }, (_, index) => index + 1),
    );
    const { body: queue } = await ada.send('get', `/queues/${queueId}`);
    expect(queue).toMatchObject({
      ...{ state: 'enabled', connection: { name: 'invoices-demo-2' } },
    });
    expect(administrator.complaints).toEqual([]);
  });
});
