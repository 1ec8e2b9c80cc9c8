import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { rssMiB, withAdmin } from '@event-flows/testbed';
import { toArguments } from '../clients/task';
import type { EndpointProcess } from '../endpoint/EndpointProcess';
import type { OnePartition } from '../report/results';
import { startNode } from './startNode';

const LOOK_EVERY_MS = 1_000;
/** Records until memory is looked at first: everything is warm then. */
const WARM_RECORDS = 200_000;
const PATIENCE_MS = 600_000;
const CONCURRENCY = 64;

/** Delivers more than a million records of one partition, and watches position and memory. */
export async function measurePartition(
  topic: { name: string; records: number },
  options: {
    brokers: string[];
    endpoint: EndpointProcess;
    logDir: string;
    /** Where the built clients are. */
    programs: string;
  },
): Promise<OnePartition> {
  const { brokers, endpoint, logDir, programs } = options;
  const groupId = 'one-partition';
  await endpoint.setLatency(0);
  await endpoint.reset();
  const engine = await startNode({
    name: 'The engine',
    file: join(programs, 'engine.js'),
    args: toArguments({
      ...{ brokers, topic: topic.name, groupId },
      ...{ endpoint: endpoint.url, concurrency: CONCURRENCY },
    }),
    logFile: join(logDir, 'one-partition.log'),
  });
  const committed = () =>
    withAdmin(brokers, async admin => {
      const [{ partitions }] = await admin.fetchOffsets({
        groupId: `${groupId}.${topic.name}`,
        topics: [topic.name],
      });
      return Number(partitions[0].offset);
    });
  try {
    const begunAt = performance.now();
    const memory: number[] = [];
    let behindSeconds = 0;
    let delivered = 0;
    while ((await committed()) < topic.records) {
      if (performance.now() - begunAt > PATIENCE_MS) {
        throw new Error(
          `The position is ${await committed()} of ${topic.records} after ${PATIENCE_MS / 1_000} s`,
        );
      }
      await delay(LOOK_EVERY_MS);
      const before = delivered;
      delivered = (await endpoint.arrivals()).answered;
      if (delivered < WARM_RECORDS || delivered === before) {
        continue;
      }
      memory.push(rssMiB(engine.pid));
      const behind = Math.max(0, delivered - (await committed()));
      behindSeconds = Math.max(
        behindSeconds,
        (behind / (delivered - before)) * (LOOK_EVERY_MS / 1_000),
      );
    }
    const seconds = (performance.now() - begunAt) / 1_000;
    const third = Math.ceil(memory.length / 3);
    return {
      records: topic.records,
      ratePerSecond: Math.round(topic.records / seconds),
      positionBehindSeconds: Number(behindSeconds.toFixed(1)),
      rssMiB: {
        early: Math.round(Math.max(...memory.slice(0, third))),
        late: Math.round(Math.max(...memory.slice(-third))),
      },
    };
  } finally {
    await engine.kill();
  }
}
