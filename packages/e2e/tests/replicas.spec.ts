import { expect, test } from '@playwright/test';
import {
  createTopics,
  startKafka,
  waitUntil,
  type KafkaCluster,
} from '@event-flows/testbed';
import { signIn } from './support/api';
import { NumberedRecords, numbersIn } from './support/arrivals';
import { partitionsOfMembers } from './support/groups';
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

/** How often a replica commits what it has done. */
const COMMIT_EVERY_MS = 1000;
/** Requests of a queue under way at once on each replica, unless it is set. */
const CONCURRENCY = 16;

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

    const ada = await signIn(replicas.urls[0], 'user:default/ada');
    await waitUntil(
      async () => {
        const { body } = await ada.send('get', '/queues');
        return body.items[0].status?.replicas === 2;
      },
      { timeoutMs: 30_000, what: 'the queue on both replicas' },
    );
    await waitUntil(
      async () => {
        const shares = await partitionsOfMembers(kafka.plain.brokers, topic);
        return shares.length === 2 && shares.every(share => share.length > 0);
      },
      { timeoutMs: 30_000, what: 'partitions for both members of the group' },
    );
    const shares = await partitionsOfMembers(kafka.plain.brokers, topic);
    expect(shares.flat().sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('10,000 records, one replica killed midway: none is missing', async () => {
    const records = new NumberedRecords(kafka.plain.brokers, topic);
    const { endpoint, processes } = replicas;
    // Slow enough that the kill falls into the middle.
    endpoint.respond = () => ({ status: 200, delayMs: 10 });

    const produced: number[] = [];
    for (let i = 0; i < 10; i++) {
      produced.push(...(await records.produce(1000)));
    }
    await endpoint.waitFor(3000, 60_000);
    await processes[1].kill();
    const killedAt = Date.now();
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
    // the one that was killed: one second of it. What both did in that second
    // is more than that, and leaves time for the commit itself.
    const repeated = endpoint.requests.length - produced.length;
    const inDoubt = endpoint.requests.filter(
      ({ receivedAt }) =>
        receivedAt > killedAt - COMMIT_EVERY_MS && receivedAt <= killedAt,
    ).length;
    expect(inDoubt).toBeLessThan(produced.length / 2);
    expect(repeated).toBeLessThanOrEqual(inDoubt + CONCURRENCY);
    test.info().annotations.push({
      type: 'measured',
      description: `10,000 produced and delivered, ${repeated} repeated of at most ${inDoubt + CONCURRENCY}`,
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
