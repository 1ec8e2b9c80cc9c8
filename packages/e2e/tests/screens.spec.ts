import { expect, type Page } from '@playwright/test';
import {
  createTopics,
  FaultProxy,
  freePort,
  produce,
  waitUntil,
} from '@event-flows/testbed';
import type { Demo } from './support/demo';
import { signIn, type ApiClient } from './support/api';
import { lookAtScreen } from './support/look';
import { visitAs, type Person, type Visit } from './support/people';
import {
  actOn,
  addAlgorithm,
  fillConnection,
  openAlgorithm,
  openQueueManager,
  openQueues,
  openTopic,
  startConnecting,
  startEditing,
  submitConnection,
} from './support/screens';
import { test } from './support/test';

const CONNECTION = 'shop';
/** A connection whose cluster stops answering. */
const UNREACHABLE = 'depot';
const SENTIMENT = 'component:default/sentiment';
const FRAUD_SCORE = 'component:default/fraud-score';

/** What the endpoint answers to the records of each topic, if its queue is enabled. */
const topics: Record<string, number | undefined> = {
  'shop.reviews': 200,
  'shop.questions': 422,
  'shop.returns': 503,
  'shop.complaints': 401,
  'shop.letters': undefined,
};

/** Every screen as each person sees it: in light and dark, wide and narrow. */
for (const theme of ['light', 'dark'] as const) {
  test.describe.serial(`Every screen in ${theme}`, () => {
    const visits: Visit[] = [];
    let ada: ApiClient;

    const look = (page: Page, name: string, part?: string) =>
      lookAtScreen(page, `${theme}/${name}`, part);

    test.beforeAll(async ({ demo }) => {
      ada = await signIn(demo.url, 'user:default/ada');
      await createTopics(
        demo.brokers,
        [...Object.keys(topics), 'shop.memos'].map(topic => ({
          topic,
          partitions: 2,
        })),
      );
    });

    test.afterEach(() => {
      for (const { complaints } of visits) {
        expect(complaints).toEqual([]);
      }
    });

    test.afterAll(async () => {
      await Promise.all(visits.map(before => before.close()));
      await deleteConnections(ada);
    });

    test('signing in', async ({ browser, demo }) => {
      const context = await browser.newContext({ colorScheme: theme });
      const page = await context.newPage();
      await page.goto(demo.url);
      await page.getByRole('button', { name: /^Ada / }).waitFor();
      await look(page, 'sign-in');
      await context.close();
    });

    test('while nothing is connected', async ({ browser, demo }) => {
      const { page } = await visit('administrator', browser, demo.url);
      await openQueueManager(page);
      await page.getByText('No cluster is connected yet').waitFor();
      await look(page, 'queue-manager-empty');
      await openAlgorithm(page, 'Sentiment');
      await page.getByText('No queues yet').waitFor();
      await look(page, 'queues-empty');
    });

    test('connecting', async ({ browser, demo }) => {
      const opened = await visit('administrator', browser, demo.url);
      const { page } = opened;
      await openQueueManager(page);
      await startConnecting(page);
      await look(page, 'connect');
      await fillConnection(page, {
        name: CONNECTION,
        brokers: [`127.0.0.1:${await freePort()}`],
      });
      opened.expectAnswer(400, /\/event-flows\/connections$/);
      await submitConnection(page);
      await page.getByText('The cluster could not be reached').waitFor();
      await look(page, 'connect-unreachable');
      await fillConnection(page, {
        name: CONNECTION,
        brokers: ['kafka-1.example.com:9093', 'kafka-2.example.com:9093'],
        encryption: 'TLS with our own CA',
        ca: 'not a certificate',
        signIn: {
          ...{ mechanism: 'SCRAM-SHA-512' },
          ...{ username: 'event-flows', password: 'not a password' },
        },
      });
      await page.getByLabel(/^Password/).blur();
      await look(page, 'connect-secured');
    });

    test('what is connected, and its topics', async ({ browser, demo }) => {
      await furnish(ada, demo);
      const { page } = await visit('administrator', browser, demo.url);
      await openQueueManager(page);
      await expect(page.getByRole('table')).toContainText('Connected');
      await look(page, 'queue-manager');
      const sheet = await openTopic(page, CONNECTION, 'shop.reviews');
      await expect(sheet).toContainText('Running');
      // The page behind the sheet is out of reach.
      await look(page, 'topic-sheet', '[role="dialog"]');
      await page.keyboard.press('Escape');
      await expect(sheet).toBeHidden();
      await look(page, 'connection');
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await expect(page.getByRole('dialog')).toContainText('queues stop');
      await look(page, 'connection-delete', '[role="dialog"]');
    });

    test('who may read a topic', async ({ browser, demo }) => {
      const { page } = await visit('administrator', browser, demo.url);
      const sheet = await openTopic(page, CONNECTION, 'shop.reviews');
      await startEditing(sheet);
      await addAlgorithm(page, 'Anomaly detection');
      await page.getByRole('button', { name: /^Remove .*sentiment$/i }).click();
      await expect(page.getByText('1 added, 1 removed')).toBeVisible();
      await look(page, 'access');
      await page.getByRole('button', { name: 'Save changes' }).click();
      await expect(page.getByRole('dialog')).toContainText('delete 1 queue');
      await look(page, 'access-stops-queue', '[role="dialog"]');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('dialog').waitFor();
      await look(page, 'access-leave', '[role="dialog"]');
    });

    test('a topic without access', async ({ browser, demo }) => {
      const { page } = await visit('administrator', browser, demo.url);
      const sheet = await openTopic(page, CONNECTION, 'shop.memos');
      await expect(sheet).toContainText(
        'No algorithm may read this topic yet.',
      );
      await look(page, 'topic-sheet-no-access', '[role="dialog"]');
    });

    test('access that somebody else has changed in between', async ({
      browser,
      demo,
    }) => {
      const opened = await visit('administrator', browser, demo.url);
      const { page } = opened;
      await startEditing(await openTopic(page, CONNECTION, 'shop.letters'));
      await addAlgorithm(page, 'Anomaly detection');
      const path = await accessPath(ada, 'shop.letters');
      const { body } = await ada.send('get', path.replace(/\/access$/, ''));
      const changed = await ada.send('put', path, {
        access: [SENTIMENT, FRAUD_SCORE].map(algorithmRef => ({
          algorithmRef,
          apiType: 'subscriber',
        })),
        revision: body.revision,
      });
      expect(changed).toMatchObject({ status: 200 });
      opened.expectAnswer(409, /\/topics\/shop\.letters\/access$/);
      await page.getByRole('button', { name: 'Save changes' }).click();
      const notice = page
        .getByRole('alert')
        .filter({ hasText: 'Somebody else saved in the meantime' });
      await expect(notice).toContainText('Ada Okafor changed this access');
      await expect(notice).toContainText('added Fraud score');
      await expect(notice).toContainText('added Anomaly detection');
      await look(page, 'access-conflict');
      await notice
        .getByRole('button', { name: 'Take theirs and re-apply mine' })
        .click();
      await page.getByRole('button', { name: 'Save changes' }).click();
      const sheet = page.getByRole('dialog', { name: 'shop.letters' });
      for (const name of ['Sentiment', 'Fraud score', 'Anomaly detection']) {
        await expect(sheet).toContainText(name);
      }
    });

    test('a connection whose cluster does not answer', async ({
      browser,
      demo,
    }) => {
      const proxy = await FaultProxy.start({
        targetPort: Number(demo.brokers[0].split(':')[1]),
      });
      const { body } = await ada.send('post', '/connections', {
        ...{ name: UNREACHABLE, type: 'kafka' },
        brokers: [`127.0.0.1:${proxy.port}`],
      });
      await proxy.close();
      const { page } = await visit('administrator', browser, demo.url);
      await page.goto(`${demo.url}/queue-manager/${body.id}`);
      await page
        .getByText('The cluster does not answer at the moment')
        .waitFor({ timeout: 90_000 });
      await expect(page.getByText('Unreachable').first()).toBeVisible();
      await look(page, 'connection-unreachable');
      await openQueueManager(page);
      await expect(
        page.getByRole('row').filter({ hasText: UNREACHABLE }),
      ).toContainText('Unreachable');
      await look(page, 'queue-manager-unreachable');
    });

    test('versions that cannot be chosen', async ({ browser, demo }) => {
      const { page } = await visit('owner', browser, demo.url);
      await openAlgorithm(page, 'Translation');
      await openOverview(page);
      const versions = page.getByRole('table', {
        name: 'Versions of Translation',
      });
      await expect(versions.getByText('Cannot be chosen')).toHaveCount(2);
      await expect(
        versions.getByRole('row').filter({ hasText: '1.0.0' }),
      ).not.toContainText('Cannot be chosen');
      await look(page, 'algorithm-broken-versions');
      await versions.getByRole('link', { name: 'translation-next' }).click();
      await expect(
        page.getByRole('heading', { name: 'Translation, the next one' }),
      ).toBeVisible();
      await look(page, 'version-broken');
    });

    test('an algorithm with its versions and queues', async ({
      browser,
      demo,
    }) => {
      const { page } = await visit('owner', browser, demo.url);
      await openQueues(page, 'Sentiment');
      for (const said of ['Running', 'Blocked', 'Retrying', 'Paused']) {
        await expect(page.getByText(said).first()).toBeVisible();
      }
      await look(page, 'queues');
      await openOverview(page);
      await page.getByText('2.0.0-beta.1').first().waitFor();
      await look(page, 'algorithm');
    });

    test('every queue, and the page of one that is blocked', async ({
      browser,
      demo,
    }) => {
      const { page } = await visit('administrator', browser, demo.url);
      await openQueueManager(page);
      await page.getByRole('tab', { name: 'Queues' }).click();
      const queues = page.getByRole('table', { name: 'Queues' });
      await expect(queues.getByText('Blocked')).toBeVisible();
      await queues
        .getByRole('checkbox', { name: 'Choose shop.reviews' })
        .check();
      await look(page, 'all-queues');
      await page.getByRole('button', { name: 'Disable…' }).click();
      await expect(page.getByRole('dialog')).toContainText('Disable 1 queue?');
      await look(page, 'all-queues-disable', '[role="dialog"]');
      await page.keyboard.press('Escape');
      await queues.getByRole('link', { name: 'shop.questions' }).click();
      await expect(
        page.getByRole('heading', { name: 'shop.questions → Sentiment' }),
      ).toBeVisible();
      await expect(page.getByText('Retry now')).toBeVisible();
      await look(page, 'queue-blocked');
    });

    test('the page of a queue, for its owner', async ({ browser, demo }) => {
      const { page } = await visit('owner', browser, demo.url);
      await openQueues(page, 'Sentiment');
      await page.getByRole('link', { name: 'shop.reviews' }).click();
      await expect(page.getByRole('region', { name: 'Balance' })).toContainText(
        'It adds up',
      );
      await expect(
        page.getByRole('table', { name: 'Partitions of shop.reviews' }),
      ).toContainText('Running');
      await look(page, 'queue');
      const given = page.getByText('Access to the topic given');
      await given.waitFor();
      await lookAtScreen(page, `${theme}/queue-changes`, undefined, given);
      await page.goto(`${demo.url}/queue-manager/queues?owner=mine`);
      await page.getByRole('table', { name: 'Queues' }).waitFor();
      await look(page, 'all-queues-owner');
    });

    test('enabling, editing and disabling', async ({ browser, demo }) => {
      const { page } = await visit('owner', browser, demo.url);
      await openQueues(page, 'Sentiment');
      const dialog = page.getByRole('dialog');
      await actOn(page, 'shop.letters', 'Enable').click();
      await look(page, 'enable', '[role="dialog"]');
      await dialog.getByRole('button', { name: 'Advanced' }).click();
      await dialog.getByLabel(/^Attempts/).scrollIntoViewIfNeeded();
      await look(page, 'enable-advanced', '[role="dialog"]');
      await page.keyboard.press('Escape');
      await actOn(page, 'shop.reviews', 'Edit').click();
      await dialog.getByRole('radio', { name: /^Latest/ }).check();
      await expect(dialog).toContainText('Requests in flight finish on');
      await look(page, 'edit', '[role="dialog"]');
      await page.keyboard.press('Escape');
      await actOn(page, 'shop.reviews', 'Disable').click();
      await expect(dialog).toContainText('Stop delivering');
      await look(page, 'disable', '[role="dialog"]');
    });

    test('as one who may only look', async ({ browser, demo }) => {
      const opened = await visit('viewer', browser, demo.url);
      const { page } = opened;
      await openQueues(page, 'Sentiment');
      await look(page, 'queues-viewer');
      const disable = actOn(page, 'shop.reviews', 'Disable');
      await expect(disable).toBeDisabled();
      await disable.hover();
      await expect(page.getByRole('tooltip')).toHaveText(
        'You may look at this queue but not change it. Ask the owner of the algorithm, or an administrator.',
      );
      opened.expectAnswer(403, /\/event-flows\/connections$/);
      await page.goto(`${demo.url}/queue-manager`);
      await page.getByText('The Queue manager is for administrators').waitFor();
      await look(page, 'queue-manager-viewer');
    });

    /** The one before is closed: an open page goes on asking. */
    async function visit(
      person: Person,
      browser: Parameters<typeof visitAs>[0],
      url: string,
    ) {
      await Promise.all(visits.map(before => before.close()));
      const opened = await visitAs(browser, url, person, {
        colorScheme: theme,
      });
      visits.push(opened);
      return opened;
    }
  });
}

async function openOverview(page: Page) {
  await page
    .getByRole('tab', { name: 'Overview' })
    .or(page.getByRole('link', { name: 'Overview', exact: true }))
    .click();
}

/** Where the API has the access to a topic of the connection. */
async function accessPath(ada: ApiClient, topic: string): Promise<string> {
  const { body } = await ada.send('get', '/connections');
  const { id } = body.items.find(
    ({ name }: { name: string }) => name === CONNECTION,
  );
  return `/connections/${id}/topics/${topic}/access`;
}

/** A connection whose queues are in every state that a person may find them in. */
async function furnish(
  ada: ApiClient,
  { brokers, endpoint }: Pick<Demo, 'brokers' | 'endpoint'>,
) {
  endpoint.respond = ({ headers }) => {
    const topic = String(headers['ce-source']).split('/').at(-1) ?? '';
    return { status: topics[topic] ?? 200 };
  };
  const { body: connection } = await ada.send('post', '/connections', {
    ...{ name: CONNECTION, type: 'kafka', brokers },
  });
  const enabled: string[] = [];
  for (const [topic, status] of Object.entries(topics)) {
    const { body } = await ada.send(
      'put',
      `/connections/${connection.id}/topics/${topic}/access`,
      {
        access: [{ algorithmRef: SENTIMENT, apiType: 'subscriber' }],
        revision: 0,
      },
    );
    if (status !== undefined) {
      const [{ queueId }] = body.access;
      enabled.push(queueId);
      await ada.send('put', `/queues/${queueId}`, {
        state: 'enabled',
        versionRef: `${SENTIMENT}-1-0-2`,
        revision: 0,
      });
    }
  }
  for (const topic of Object.keys(topics)) {
    await produce(brokers, topic, [
      { key: 'customer-1', value: '{"text":"Great, thanks"}' },
    ]);
  }
  const phases = new Set(['running', 'blocked', 'retrying', 'paused']);
  await waitUntil(
    async () => {
      const { body } = await ada.send('get', '/queues');
      for (const queue of body.items) {
        phases.delete(queue.status?.phase);
      }
      return phases.size === 0;
    },
    { timeoutMs: 60_000, what: `a queue that is ${[...phases].join(', ')}` },
  );
}

async function deleteConnections(ada: ApiClient) {
  const { body } = await ada.send('get', '/connections');
  for (const { id } of body.items) {
    await ada.send('delete', `/connections/${id}`);
  }
}
