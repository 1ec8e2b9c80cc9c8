import { join } from 'node:path';
import { ManagedProcess, waitUntil } from '@event-flows/testbed';
import { PEOPLE } from './people';

/** Starts the portal's backend from source and resolves when it is ready. */
export async function startPortal(options: {
  root: string;
  url: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Configuration files on top of app-config.yaml, as seen from the root. */
  configs?: string[];
}): Promise<ManagedProcess> {
  const { root, url, env, logFile, configs = [] } = options;
  const portal = await ManagedProcess.start({
    name: 'The portal',
    command: process.execPath,
    args: [
      '--max-old-space-size=768',
      ...['--import', '@backstage/cli/config/nodeTransform.cjs'],
      'src/index.ts',
      ...['app-config.yaml', ...configs].flatMap(file => [
        '--config',
        join(root, file),
      ]),
    ],
    cwd: join(root, 'packages/backend'),
    env: { ...env, NODE_ENV: 'production' },
    logFile,
  });
  const isReady = waitUntil(
    async () =>
      (await fetch(`${url}/.backstage/health/v1/readiness`)).status === 200,
    { timeoutMs: 120_000, everyMs: 200, what: 'the portal to be ready' },
  );
  try {
    await orEnd(portal, isReady);
  } catch (error) {
    await portal.kill();
    throw error;
  }
  return portal;
}

/** Waits until the catalog holds the algorithms; resolves to how many. */
export async function waitForAlgorithms(
  portal: ManagedProcess,
  url: string,
): Promise<number> {
  const count = waitUntil(() => countAlgorithms(url), {
    timeoutMs: 60_000,
    everyMs: 500,
    what: 'algorithms in the catalog',
  });
  return orEnd(portal, count);
}

async function countAlgorithms(url: string): Promise<number> {
  const session = await getJson<{ backstageIdentity: { token: string } }>(
    `${url}/api/auth/demo/refresh`,
    { 'x-demo-person': PEOPLE[0].ref, 'x-requested-with': 'XMLHttpRequest' },
  );
  const { totalItems } = await getJson<{ totalItems: number }>(
    `${url}/api/catalog/entities/by-query?limit=0&filter=kind=component,spec.type=algorithm`,
    { authorization: `Bearer ${session.backstageIdentity.token}` },
  );
  return totalItems;
}

async function getJson<T>(
  url: string,
  headers: Record<string, string>,
): Promise<T> {
  const response = await fetch(url, { headers });
  if (!response.ok) {
    throw new Error(`GET ${url} answers ${response.status}`);
  }
  return (await response.json()) as T;
}

/** The result, or the end of the log when the portal ends before there is one. */
async function orEnd<T>(
  portal: ManagedProcess,
  result: Promise<T>,
): Promise<T> {
  const end = portal.exited.then(() => Promise.reject(portal.failure()));
  return Promise.race([result, end]);
}
