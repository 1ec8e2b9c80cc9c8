/**
 * The engine as the plugin runs it: in its worker thread, with everything on.
 * Several topics, separated by commas, make a queue each.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import {
  createEngineHost,
  type DeliveryEngine,
  type DesiredQueue,
} from '@event-flows/engine';
import { readTask, type ClientTask } from './task';

/** Positions of so many groups are set at once. */
const PARALLEL_GROUPS = 8;
const LOOK_EVERY_MS = 250;

function toQueue(
  { brokers, groupId, endpoint, concurrency }: ClientTask,
  topic: string,
): DesiredQueue {
  return {
    id: topic,
    connection: { id: 'bench', brokers },
    topic,
    groupId: `${groupId}.${topic}`,
    algorithmRef: 'component:default/bench',
    target: {
      kind: 'version',
      versionRef: 'component:default/bench-1',
      endpoint,
    },
    settings: {
      ...defaultQueueSettings,
      startFrom: 'earliest',
      ordering: 'key',
      concurrency,
    },
    revision: 1,
    decisions: [],
    receipts: true,
  };
}

async function setPositions(engine: DeliveryEngine, queues: DesiredQueue[]) {
  const rest = [...queues];
  const work = async () => {
    for (let queue = rest.pop(); queue; queue = rest.pop()) {
      const { connection, groupId, topic } = queue;
      await engine.admin.ensurePositions(connection, {
        groupId,
        topic,
        startFrom: 'earliest',
      });
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_GROUPS }, work));
}

async function allRun(engine: DeliveryEngine): Promise<boolean> {
  const { current } = await engine.reports();
  return current.every(({ phase }) => phase === 'running');
}

async function main() {
  const task = readTask(process.argv.slice(2));
  const queues = task.topic.split(',').map(topic => toQueue(task, topic));
  const engine = createEngineHost(
    {
      brokers: { allow: ['127.0.0.1:*'] },
      endpoints: {
        allow: [new URL('/', task.endpoint).href],
        credentials: [],
      },
      forwardHeaders: [],
      drainTimeoutMs: 2_000,
    },
    ({ level, message }) => {
      if (level === 'warn' || level === 'error') {
        process.stderr.write(`${level}: ${message}\n`);
      }
    },
  );
  process.once('SIGTERM', () => {
    engine.close().finally(() => process.exit(0));
  });
  await setPositions(engine, queues);
  await engine.apply(queues);
  while (!(await allRun(engine))) {
    await delay(LOOK_EVERY_MS);
  }
  process.stdout.write('All queues run\n');
}

main().catch(error => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
