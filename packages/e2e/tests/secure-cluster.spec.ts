import { expect } from '@playwright/test';
import {
  createTopics,
  denyTopic,
  freePort,
  startKafka,
  waitUntil,
  type KafkaCluster,
} from '@event-flows/testbed';
import type { Demo } from './support/demo';
import { signIn } from './support/api';
import {
  arrivalsOf,
  expectCloudEvent,
  NumberedRecords,
} from './support/arrivals';
import { visitAs, type Visit } from './support/people';
import {
  fillConnection,
  openQueueManager,
  startConnecting,
  submitConnection,
  topicLink,
  type ConnectionForm,
} from './support/screens';
import { socketsTo } from './support/sockets';
import { test } from './support/test';

const SENTIMENT = 'component:default/sentiment';
const WRONG_PASSWORD = 'not the password';

/** A cluster with a private CA, SASL and mutual TLS, connected from the form. */
test.describe.serial('A secured cluster', () => {
  let kafka: KafkaCluster;
  let administrator: Visit;
  /** What the portal answered to the browser. */
  const answers: Promise<string>[] = [];

  test.beforeAll(async ({ browser, demo }) => {
    test.setTimeout(2 * 60_000);
    kafka = await startKafka();
    await createTopics(kafka.plain.brokers, [
      { topic: 'payments' },
      { topic: 'secrets' },
    ]);
    await denyTopic(kafka.plain.brokers, 'secrets', kafka.sasl.username);
    administrator = await visitAs(browser, demo.url, 'administrator');
    administrator.page.on('response', response => {
      if (new URL(response.url()).pathname.startsWith('/api/')) {
        // A page that is left takes its last answers with it.
        answers.push(response.text().catch(() => ''));
      }
    });
    // What cannot be connected is refused.
    administrator.expectAnswer(400, /\/event-flows\/connections$/);
  });

  test.afterAll(async () => {
    expect(administrator?.complaints).toEqual([]);
    await administrator?.close();
    await kafka?.stop();
  });

  function sasl(): ConnectionForm {
    const { brokers, ca, username, password } = kafka.sasl;
    return {
      name: 'payments-prod',
      brokers,
      encryption: 'TLS with our own CA',
      ca,
      signIn: { mechanism: 'SCRAM-SHA-512', username, password },
    };
  }

  async function submit(form: ConnectionForm) {
    const { page } = administrator;
    await openQueueManager(page);
    await startConnecting(page);
    await fillConnection(page, form);
    await submitConnection(page);
  }

  /** The portal has let go of the cluster: not one socket is left open. */
  async function expectNoSockets(demo: Demo, brokers: string[]) {
    const pid = await demo.portalPid();
    await waitUntil(() => socketsTo(pid, brokers) === 0, {
      timeoutMs: 10_000,
      what: `the portal to close its sockets to ${brokers}`,
    });
  }

  async function expectNothingStored() {
    const { page } = administrator;
    await openQueueManager(page);
    await expect(
      page.getByRole('row').filter({ hasText: 'payments-prod' }),
    ).toHaveCount(0);
  }

  test('a wrong password has its own message and stores nothing', async ({
    demo,
  }) => {
    const form = sasl();
    await submit({
      ...form,
      signIn: {
        mechanism: 'SCRAM-SHA-512',
        username: kafka.sasl.username,
        password: WRONG_PASSWORD,
      },
    });
    await expect(
      administrator.page.getByText('The cluster did not accept the password'),
    ).toBeVisible({ timeout: 30_000 });
    await expectNoSockets(demo, form.brokers);
    await expectNothingStored();
  });

  test('a wrong CA has its own message and stores nothing', async ({
    demo,
  }) => {
    await submit({ ...sasl(), ca: kafka.unrelatedCa });
    await expect(
      administrator.page.getByText(
        'The encrypted connection could not be made',
      ),
    ).toBeVisible({ timeout: 30_000 });
    await expectNoSockets(demo, kafka.sasl.brokers);
    await expectNothingStored();
  });

  test('a wrong port has its own message and stores nothing', async () => {
    await submit({ ...sasl(), brokers: [`127.0.0.1:${await freePort()}`] });
    await expect(
      administrator.page.getByText('The cluster could not be reached'),
    ).toBeVisible({ timeout: 30_000 });
    await expectNothingStored();
  });

  test('an address that is not on the list has its own message', async () => {
    await submit({ ...sasl(), brokers: ['169.254.169.254:9093'] });
    await expect(
      administrator.page.getByText('This portal may not dial that address'),
    ).toBeVisible({ timeout: 30_000 });
    await expectNothingStored();
  });

  test('the right ones connect; a topic without authorisation is not shown', async () => {
    const { page } = administrator;
    await submit(sasl());
    const row = page.getByRole('row').filter({ hasText: 'payments-prod' });
    await expect(row).toContainText('Connected', { timeout: 30_000 });
    await row.getByRole('link', { name: 'payments-prod' }).click();
    await expect(topicLink(page, 'payments')).toBeVisible();
    await expect(topicLink(page, 'secrets')).toHaveCount(0);
  });

  test('records are delivered from it; when it is deleted, no socket is left', async ({
    demo,
  }) => {
    const { endpoint, url } = demo;
    const { page } = administrator;
    endpoint.clear();
    const ada = await signIn(url, 'user:default/ada');
    const { body: connections } = await ada.send('get', '/connections');
    const { id } = connections.items.find(
      ({ name }: { name: string }) => name === 'payments-prod',
    );
    const given = await ada.send(
      'put',
      `/connections/${id}/topics/payments/access`,
      {
        access: [{ algorithmRef: SENTIMENT, apiType: 'subscriber' }],
        revision: 0,
      },
    );
    const [{ queueId }] = given.body.access;
    const enabled = await ada.send('put', `/queues/${queueId}`, {
      state: 'enabled',
      versionRef: `${SENTIMENT}-1-0-2`,
      settings: { startFrom: 'earliest' },
      revision: 0,
    });
    expect(enabled).toMatchObject({ status: 200 });
    const records = new NumberedRecords(kafka.plain.brokers, 'payments');
    const numbers = await records.produce(50);
    const arrived = await arrivalsOf(endpoint, '/nlp/sentiment/1.0.2', numbers);
    expect(arrived).toHaveLength(numbers.length);
    for (const request of arrived) {
      expectCloudEvent(request, 'payments');
    }
    const pid = await demo.portalPid();
    expect(socketsTo(pid, kafka.sasl.brokers)).toBeGreaterThan(0);

    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Delete connection' })
      .click();
    await expect(page.getByText('payments-prod is deleted.')).toBeVisible({
      timeout: 30_000,
    });
    await expectNothingStored();
    await expectNoSockets(demo, kafka.sasl.brokers);
  });

  test('mutual TLS connects with a client certificate', async () => {
    const { page } = administrator;
    const { brokers, ca, cert, key } = kafka.mutualTls;
    await submit({
      name: 'payments-prod',
      brokers,
      encryption: 'TLS with our own CA',
      ca,
      clientCertificate: { cert, key },
    });
    const row = page.getByRole('row').filter({ hasText: 'payments-prod' });
    await expect(row).toContainText('Connected', { timeout: 30_000 });
    await row.getByRole('link', { name: 'payments-prod' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Delete connection' })
      .click();
    await expectNothingStored();
  });

  test('no answer held a secret, and the browser keeps none', async () => {
    const received = (await Promise.all(answers)).join('\n');
    const kept = await administrator.page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
    );
    expect(received).toContain('BrokerConnectionError');
    expect(received).toContain('"hasClientKey":true');
    for (const secret of [
      kafka.sasl.password,
      WRONG_PASSWORD,
      kafka.mutualTls.key.split('\n')[1],
    ]) {
      expect(received).not.toContain(secret);
      expect(kept).not.toContain(secret);
    }
  });
});
