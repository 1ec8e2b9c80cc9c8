import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import {
  cpuSeconds,
  peakRssMiB,
  waitUntil,
  type ManagedProcess,
} from '@event-flows/testbed';
import type { EndpointProcess } from '../endpoint/EndpointProcess';
import type { PlannedRow, Timing } from '../plan';
import { concurrencyFor, topicOf } from '../scenario';

const FIRST_ANSWER_TIMEOUT_MS = 60_000;
/** Records that are long would run out while a JVM warms up at full speed. */
const LONG_RECORD_BYTES = 64 * 1_024;
const WARM_UP_PER_MS = 1;

/** What the rows have in common. */
export interface Stage {
  brokers: string[];
  endpoint: EndpointProcess;
  timing: Timing;
  logDir: string;
  /** Records that the topic holds. */
  records: number;
}

/** What was seen of a client while it ran steadily. */
export interface Measurement {
  /** Records a second in each window. */
  rates: number[];
  /** Of the client's processes alone, for each 100,000 records. */
  cpuSecondsPer100k: number;
  /** The most memory that each process held, added up. */
  rssMiB: number;
  orderViolations: number;
  duplicates: number;
}

/** Runs a client from the start of a topic and measures it once it is warm. */
export async function measureRow(
  row: PlannedRow,
  groupId: string,
  stage: Stage,
): Promise<Measurement> {
  const { endpoint, timing } = stage;
  const { client, latencyMs, recordBytes } = row;
  const inFlight = client.fixedConcurrency ?? concurrencyFor(latencyMs);
  const isLong = recordBytes >= LONG_RECORD_BYTES;
  await endpoint.setLatency(
    isLong ? Math.max(latencyMs, inFlight / WARM_UP_PER_MS) : latencyMs,
  );
  await endpoint.reset();
  const processes = await start(row, groupId, stage);
  try {
    await waitUntil(async () => (await endpoint.arrivals()).answered > 0, {
      timeoutMs: FIRST_ANSWER_TIMEOUT_MS,
      everyMs: 20,
      what: `the first request of ${client.title}`,
    });
    await delay(client.isJvm ? timing.jvmWarmUpMs : timing.warmUpMs);
    if (isLong) {
      await endpoint.setLatency(latencyMs);
      await delay(timing.windowMs);
    }
    return await observe(processes, stage);
  } finally {
    await Promise.all(processes.map(each => each.kill()));
  }
}

async function start(
  { client, workers, latencyMs, recordBytes, keys }: PlannedRow,
  groupId: string,
  { brokers, endpoint, logDir }: Stage,
): Promise<ManagedProcess[]> {
  const task = {
    brokers,
    topic: topicOf({ recordBytes, keys }),
    groupId,
    endpoint: endpoint.url,
    concurrency: Math.ceil(concurrencyFor(latencyMs) / workers),
  };
  return Promise.all(
    Array.from({ length: workers }, (_, worker) =>
      client.start(task, join(logDir, `${groupId}-${worker}.log`)),
    ),
  );
}

async function observe(
  processes: ManagedProcess[],
  { endpoint, timing, records }: Stage,
): Promise<Measurement> {
  const cpuOfAll = () => sum(processes.map(({ pid }) => cpuSeconds(pid)));
  const rates: number[] = [];
  const before = await endpoint.arrivals();
  const cpuBefore = cpuOfAll();
  let last = before;
  let lastAt = performance.now();
  let cpu = 0;
  for (let window = 0; window < timing.windows; window++) {
    await delay(timing.windowMs);
    const dead = processes.find(({ running }) => !running);
    if (dead) {
      throw dead.failure();
    }
    const now = await endpoint.arrivals();
    const at = performance.now();
    if (now.answered - now.duplicates >= records) {
      // There is nothing left to deliver; what was seen before counts.
      break;
    }
    rates.push(((now.answered - last.answered) / (at - lastAt)) * 1_000);
    cpu = cpuOfAll() - cpuBefore;
    last = now;
    lastAt = at;
  }
  const count = last.answered - before.answered;
  if (count === 0) {
    throw new Error(
      `Nothing was delivered while it was measured; ${last.answered} of ${records} records before`,
    );
  }
  return {
    rates,
    cpuSecondsPer100k: (cpu / count) * 100_000,
    rssMiB: sum(processes.map(({ pid }) => peakRssMiB(pid))),
    orderViolations: last.orderViolations,
    duplicates: last.duplicates,
  };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
