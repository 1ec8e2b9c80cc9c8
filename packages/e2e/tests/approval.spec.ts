import { expect } from '@playwright/test';
import { createTopics, waitUntil } from '@event-flows/testbed';
import { signIn, type ApiClient } from './support/api';
import { connectTopic, enableFromStart } from './support/connected';
import { NumberedRecords, numbersIn } from './support/arrivals';
import type { Demo } from './support/demo';
import { lookAtScreen } from './support/look';
import { leaveNothing } from './support/leaveNothing';
import { visitAs, type Visit } from './support/people';
import { queueRow } from './support/screens';
import { test } from './support/test';

const ALGORITHM = 'component:default/routing';
const VERSION = 'component:default/routing-1-0-0';
/** Would run where a screen took text for HTML, and reads backwards where it is shown as it is. */
const HOSTILE_TITLE =
  'Routing <img src=x onerror="window.hostile=1"><script>window.hostile=1</script>';

/** Somebody edits the catalog so that a stream would go elsewhere. */
test.describe.serial('A version whose endpoint moves', () => {
  const topic = 'parcels';
  let ada: ApiClient;
  let owner: Visit;
  let records: NumberedRecords;

  test.beforeAll(async ({ browser, demo }) => {
    demo.endpoint.clear();
    demo.endpoint.respond = () => ({ status: 200 });
    await createTopics(demo.brokers, [{ topic }]);
    records = new NumberedRecords(demo.brokers, topic);
    ada = await signIn(demo.url, 'user:default/ada');
    await writeCatalog(demo, ada, demo.endpoint.url);

    const { queueIdOf } = await connectTopic(ada, {
      name: 'parcels-demo',
      brokers: demo.brokers,
      topic,
      algorithmRefs: [ALGORITHM],
    });
    const queueId = queueIdOf(ALGORITHM);
    await enableFromStart(ada, queueId, { versionRef: VERSION });
    await records.produce(1);
    await demo.endpoint.waitFor(1, 60_000);
    owner = await visitAs(browser, demo.url, 'owner');
  });

  test.afterAll(async ({ demo }) => {
    await owner?.close();
    await leaveNothing(demo, ada);
  });

  test('waits for its owner, who is told, and nothing is sent anywhere', async ({
    demo,
  }) => {
    await writeCatalog(demo, ada, demo.elsewhere.url);
    const { page } = owner;
    await page.goto(`${demo.url}/catalog/default/component/routing/queues`);
    const row = queueRow(page, topic);
    await expect(row).toContainText('Waiting for approval', {
      timeout: 60_000,
    });
    await expect(row).toContainText(demo.elsewhere.url);
    await expect(row).toContainText(demo.endpoint.url);
    await records.produce(1);
    await expect(row).toContainText('1');
    await lookAtScreen(page, 'light/approval-queues');

    await page.goto(`${demo.url}/notifications`);
    await expect(
      page.getByRole('link', {
        name: `The queue ${topic} of routing waits for approval`,
      }),
    ).toBeVisible({ timeout: 30_000 });
    expect(numbersIn(demo.endpoint.requests)).toEqual([1]);
    expect(demo.elsewhere.requests).toEqual([]);
  });

  test('the notification leads to the queue, which asks before it approves', async ({
    demo,
  }) => {
    const { page } = owner;
    await page
      .getByRole('link', {
        name: `The queue ${topic} of routing waits for approval`,
      })
      .click();
    await expect(
      page.getByRole('heading', { name: `${topic} → ${HOSTILE_TITLE}` }),
    ).toBeVisible();
    await page.getByRole('button', { name: 'Approve' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(
      `Send ${topic} to ${demo.elsewhere.url}?`,
    );
    await expect(dialog).toContainText(
      `Approved until now: ${demo.endpoint.url}`,
    );
    await lookAtScreen(page, 'light/approve', '[role="dialog"]');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByText('Waiting for approval')).toBeVisible();
    expect(demo.elsewhere.requests).toEqual([]);
  });

  test('goes on there when it is approved, with what waited', async ({
    demo,
  }) => {
    const { page } = owner;
    await page.getByRole('button', { name: 'Approve' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Approve' })
      .click();
    await demo.elsewhere.waitFor(1, 60_000);
    expect(numbersIn(demo.elsewhere.requests)).toEqual([2]);
    await expect(page.getByText('Running').first()).toBeVisible();
    expect(numbersIn(demo.endpoint.requests)).toEqual([1]);
    // In the place of the one that said that it waits.
    await page.goto(`${demo.url}/notifications`);
    await expect(
      page.getByRole('link', {
        name: `The queue ${topic} of routing is approved`,
      }),
    ).toBeVisible({ timeout: 30_000 });
    await expect(
      page.getByRole('link', { name: /waits for approval/ }),
    ).toHaveCount(0);
  });

  test('shows hostile text of the catalog as text', async ({ demo }) => {
    const { page } = owner;
    for (const path of [
      '/catalog/default/component/routing/queues',
      '/queue-manager/queues',
    ]) {
      await page.goto(demo.url + path);
      await expect(page.getByText(HOSTILE_TITLE).first()).toBeVisible();
      expect(await page.evaluate(() => 'hostile' in window)).toBe(false);
      expect(await page.locator('img[src="x"]').count()).toBe(0);
    }
    expect(owner.complaints).toEqual([]);
  });
});

/** Writes the algorithm and its version, and waits until the catalog says so. */
async function writeCatalog(demo: Demo, ada: ApiClient, origin: string) {
  const endpoint = `${origin}/routing/1.0.0`;
  await demo.changeCatalog(
    `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: routing
  title: ${JSON.stringify(HOSTILE_TITLE)}
spec: { type: algorithm, lifecycle: production, owner: group:default/nlp }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: routing-1-0-0
  annotations:
    event-flows.io/version: 1.0.0
    event-flows.io/endpoint: ${endpoint}
spec:
  type: algorithm-version
  lifecycle: production
  owner: group:default/nlp
  subcomponentOf: ${ALGORITHM}
`,
  );
  await waitUntil(
    async () => {
      // Whoever may read an entity may have its file read again.
      await ada.catalog('post', '/refresh', {
        entityRef: 'system:default/changing',
      });
      const { body } = await ada.catalog(
        'get',
        '/entities/by-name/component/default/routing-1-0-0',
      );
      return (
        body?.metadata?.annotations?.['event-flows.io/endpoint'] === endpoint
      );
    },
    { timeoutMs: 120_000, everyMs: 1_000, what: 'the catalog to be read' },
  );
}
