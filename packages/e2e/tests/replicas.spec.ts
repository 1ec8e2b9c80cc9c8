import { expect, test } from '@playwright/test';
import {
  createTopics,
  startKafka,
  waitUntil,
  type KafkaCluster,
} from '@event-flows/testbed';
import { NumberedRecords, numbersIn } from './support/arrivals';
import { visitAs } from './support/people';
import { startReplicas, type Replicas } from './support/replicas';
import {
  addAlgorithm,
  enableQueue,
  fillConnection,
  openQueueManager,
  openQueues,
  openTopic,
  queueRow,
  startConnecting,
  startEditing,
  submitConnection,
} from './support/screens';

/** Two backends on PostgreSQL share a queue; one of them is killed. */
test.describe.serial('Two replicas', () => {
  const topic = 'parcels';
  let kafka: KafkaCluster;
  let replicas: Replicas;

  test.beforeAll(async () => {
    test.setTimeout(3 * 60_000);
    kafka = await startKafka({ listeners: ['plain'] });
    await createTopics(kafka.plain.brokers, [{ topic, partitions: 6 }]);
    replicas = await startReplicas(2);
  });

  test.afterAll(async () => {
    await replicas?.stop();
    await kafka?.stop();
  });

  test('what is enabled at one runs on both', async ({ browser }) => {
    const administrator = await visitAs(
      browser,
      replicas.urls[0],
      'administrator',
    );
    const { page } = administrator;
    await openQueueManager(page);
    await startConnecting(page);
    await fillConnection(page, {
      name: 'parcels-prod',
      brokers: kafka.plain.brokers,
    });
    await submitConnection(page);
    await expect(
      page.getByRole('row').filter({ hasText: 'parcels-prod' }),
    ).toBeVisible({ timeout: 30_000 });
    await startEditing(await openTopic(page, 'parcels-prod', topic));
    await addAlgorithm(page, 'Sentiment');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await expect(
      page.getByRole('dialog', { name: topic, exact: true }),
    ).toContainText('Sentiment');
    await page.keyboard.press('Escape');

    await openQueues(page, 'Sentiment');
    await enableQueue(page, topic, /^1\.0\.2/, 'Everything kept');
    await expect(queueRow(page, topic)).toContainText('Running', {
      timeout: 30_000,
    });
    await administrator.close();
  });

  test('10,000 records, one replica killed midway: none is missing', async () => {
    const records = new NumberedRecords(kafka.plain.brokers, topic);
    const { endpoint, processes } = replicas;
    // Slow enough that the kill falls into the middle.
    endpoint.respond = () => ({ status: 200, delayMs: 20 });

    const produced: number[] = [];
    for (let i = 0; i < 10; i++) {
      produced.push(...(await records.produce(1000)));
    }
    await endpoint.waitFor(3000, 60_000);
    await processes[1].kill();
    const atKill = endpoint.requests.length;
    expect(atKill).toBeLessThan(produced.length);

    await waitUntil(
      () => {
        const arrived = new Set(numbersIn(answered(endpoint.requests)));
        return produced.every(number => arrived.has(number));
      },
      { timeoutMs: 120_000, everyMs: 500, what: 'all 10,000 records' },
    );
    // Repeated are at most those in flight and done since the last commit of
    // the one that was killed: one second of it.
    const repeated = endpoint.requests.length - produced.length;
    test.info().annotations.push({
      type: 'measured',
      description: `10,000 produced and delivered, ${repeated} repeated`,
    });
  });

  test('the other replica says what is', async ({ browser }) => {
    const owner = await visitAs(browser, replicas.urls[0], 'owner');
    await openQueues(owner.page, 'Sentiment');
    await expect(queueRow(owner.page, topic)).toContainText('Running');
    expect(owner.complaints).toEqual([]);
    await owner.close();
  });
});

function answered<T extends { answeredStatus?: number }>(
  requests: readonly T[],
): T[] {
  return requests.filter(request => request.answeredStatus === 200);
}
