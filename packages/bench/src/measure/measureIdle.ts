import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import {
  connectionsOf,
  cpuSeconds,
  createTopics,
  rssMiB,
} from '@event-flows/testbed';
import { toArguments } from '../clients/task';
import type { IdleQueues } from '../report/results';
import { startNode } from './startNode';

const READY_TIMEOUT_MS = 300_000;
const SETTLE_MS = 15_000;
const LOOK_MS = 30_000;
const TOPICS_AT_ONCE = 100;

/** Runs so many queues, each with a topic of its own that gets no records, in one process. */
export async function measureIdle(
  queues: number,
  options: {
    brokers: string[];
    endpoint: string;
    logDir: string;
    /** Where the built clients are. */
    programs: string;
  },
): Promise<IdleQueues> {
  const { brokers, endpoint, logDir, programs } = options;
  const topics = Array.from({ length: queues }, (_, i) => `idle-${i}`);
  for (let i = 0; i < topics.length; i += TOPICS_AT_ONCE) {
    await createTopics(
      brokers,
      topics.slice(i, i + TOPICS_AT_ONCE).map(topic => ({ topic })),
    );
  }
  const engine = await startNode({
    name: 'The engine',
    file: join(programs, 'engine.js'),
    args: toArguments({
      brokers,
      topic: topics.join(','),
      groupId: `idle-${queues}`,
      endpoint,
      concurrency: 16,
    }),
    logFile: join(logDir, `idle-${queues}.log`),
    readyLine: /All queues run/,
    readyTimeoutMs: READY_TIMEOUT_MS,
  });
  try {
    await delay(SETTLE_MS);
    const cpuBefore = cpuSeconds(engine.pid);
    const begunAt = performance.now();
    await delay(LOOK_MS);
    const seconds = (performance.now() - begunAt) / 1_000;
    const cpuCores = (cpuSeconds(engine.pid) - cpuBefore) / seconds;
    return {
      queues,
      rssMiB: Math.round(rssMiB(engine.pid)),
      cpuCores: Number(cpuCores.toFixed(3)),
      connections: connectionsOf(engine.pid),
    };
  } finally {
    await engine.kill();
  }
}
