import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EventFlowsClient } from '@event-flows/backstage-plugin-event-flows-common';
import { startPortal, waitForAlgorithms } from '@event-flows/demo';
import { freePort, waitUntil } from '@event-flows/testbed';
import type { EndpointProcess } from '../endpoint/EndpointProcess';
import { ROOT } from '../folders';

const ADMINISTRATOR = 'user:default/ada';
const ALGORITHM = 'component:default/sentiment';
const CONCURRENCY = 64;
const WARM_UP_MS = 5_000;
const LOOK_MS = 20_000;
/** People do not click without a pause. */
const PAUSE_MS = 20;

/**
 * Milliseconds within which the portal answers 99 of 100 times a question for
 * the catalog's entities, while a queue delivers as fast as it can.
 */
export async function measurePortal(options: {
  brokers: string[];
  endpoint: EndpointProcess;
  topic: string;
  logDir: string;
}): Promise<number> {
  const { brokers, endpoint, topic, logDir } = options;
  await endpoint.setLatency(0);
  const databaseDir = await mkdtemp(join(tmpdir(), 'event-flows-bench-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const portal = await startPortal({
    root: ROOT,
    url,
    env: {
      ...process.env,
      EVENT_FLOWS_PORT: String(port),
      EVENT_FLOWS_ALGORITHMS_PORT: String(endpoint.port),
      EVENT_FLOWS_DATABASE_DIR: databaseDir,
    },
    logFile: join(logDir, 'portal.log'),
  });
  try {
    await waitForAlgorithms(portal, url);
    const call = await signIn(url);
    await enableQueue({ url, call, brokers, topic });
    await endpoint.reset();
    await waitUntil(async () => (await endpoint.arrivals()).answered > 0, {
      timeoutMs: 60_000,
      what: 'the first request of the portal',
    });
    await delay(WARM_UP_MS);
    return await percentile99(() => call(`${url}/api/catalog/entities`));
  } finally {
    await portal.kill();
    await rm(databaseDir, { recursive: true, force: true });
  }
}

type Call = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

/** A `fetch` of the administrator, for as long as the token is good: an hour. */
async function signIn(url: string): Promise<Call> {
  const response = await fetch(`${url}/api/auth/demo/refresh`, {
    headers: {
      'x-demo-person': ADMINISTRATOR,
      'x-requested-with': 'XMLHttpRequest',
    },
  });
  const { backstageIdentity } = await response.json();
  return (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${backstageIdentity.token}`);
    return fetch(input, { ...init, headers });
  };
}

async function enableQueue(options: {
  url: string;
  call: Call;
  brokers: string[];
  topic: string;
}): Promise<void> {
  const { url, call, brokers, topic } = options;
  const client = new EventFlowsClient({
    discoveryApi: { getBaseUrl: async plugin => `${url}/api/${plugin}` },
    fetchApi: { fetch: call },
  });
  const connection = await client.createConnection({
    name: 'bench',
    type: 'kafka',
    brokers,
  });
  const { revision } = await client.getTopic(connection.id, topic);
  await client.updateAccess(connection.id, topic, {
    access: [{ algorithmRef: ALGORITHM, apiType: 'subscriber' }],
    revision,
  });
  const { items } = await client.getAlgorithmQueues(ALGORITHM);
  await client.updateQueue(items[0].id, {
    state: 'enabled',
    versionRef: 'latest',
    revision: items[0].revision,
    settings: {
      startFrom: 'earliest',
      ordering: 'key',
      concurrency: CONCURRENCY,
    },
  });
}

async function percentile99(ask: () => Promise<Response>): Promise<number> {
  const times: number[] = [];
  const endAt = performance.now() + LOOK_MS;
  while (performance.now() < endAt) {
    const begunAt = performance.now();
    const response = await ask();
    await response.arrayBuffer();
    if (!response.ok) {
      throw new Error(`The catalog answered ${response.status}`);
    }
    times.push(performance.now() - begunAt);
    await delay(PAUSE_MS);
  }
  times.sort((a, b) => a - b);
  return Number(times[Math.ceil(times.length * 0.99) - 1].toFixed(1));
}
