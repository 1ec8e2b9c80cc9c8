/**
 * The ceiling for one thread: kafkajs, a lane for each key, undici. It has no
 * retries, no statuses, no CloudEvents and no metrics; a failure ends it.
 */
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';
import { Client, type Dispatcher } from 'undici';
import { readTask } from './task';

const { brokers, topic, groupId, endpoint, concurrency } = readTask(
  process.argv.slice(2),
);
const { origin, pathname } = new URL(endpoint);
const COMMIT_EVERY_MS = 1_000;
const MAX_WAITING = 20_000;

interface Job {
  lane: Lane;
  partition: number;
  offset: number;
  value: Buffer;
  done: boolean;
}

interface Lane {
  key: string;
  waiting: Job[];
}

const kafka = new Kafka({ brokers, logLevel: logLevel.ERROR });
const consumer = kafka.consumer({
  groupId,
  maxBytesPerPartition: 10 * 1024 * 1024,
});
const idle = Array.from(
  { length: concurrency },
  () => new Client(origin, { pipelining: 1 }),
);
const lanes = new Map<string, Lane>();
/** First jobs of lanes, ready to be sent. */
let ready: Job[] = [];
let readyFrom = 0;
/** Jobs of a partition in the order of their offsets, the done ones not yet removed. */
const open = new Map<number, Job[]>();
const positions = new Map<number, number>();
let waiting = 0;
/** Batches that wait for room. */
const hold: Array<() => void> = [];

function fail(error: unknown): never {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
}

function add(partition: number, message: KafkaMessage) {
  const key = String(message.key);
  let lane = lanes.get(key);
  const isNew = lane === undefined;
  lane ??= { key, waiting: [] };
  const job: Job = {
    lane,
    partition,
    offset: Number(message.offset),
    value: message.value ?? Buffer.alloc(0),
    done: false,
  };
  const jobs = open.get(partition) ?? [];
  open.set(partition, jobs);
  jobs.push(job);
  waiting += 1;
  if (isNew) {
    lanes.set(key, lane);
    ready.push(job);
  } else {
    lane.waiting.push(job);
  }
}

function pump() {
  while (idle.length > 0 && readyFrom < ready.length) {
    const client = idle.pop();
    if (client) {
      send(client, ready[readyFrom]);
      readyFrom += 1;
    }
  }
  if (readyFrom > 4_096) {
    ready = ready.slice(readyFrom);
    readyFrom = 0;
  }
}

function send(client: Client, job: Job) {
  let status = 0;
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart(_, statusCode) {
      status = statusCode;
    },
    onResponseData() {},
    onResponseEnd() {
      if (status !== 200) {
        fail(`The endpoint answered ${status}`);
      }
      idle.push(client);
      finish(job);
      pump();
    },
    onResponseError(_, error) {
      fail(error);
    },
  };
  client.dispatch(
    {
      path: pathname,
      method: 'POST',
      headers: ['content-type', 'application/json'],
      body: job.value,
    },
    handler,
  );
}

function finish(job: Job) {
  job.done = true;
  waiting -= 1;
  const { lane } = job;
  const next = lane.waiting.shift();
  if (next) {
    ready.push(next);
  } else {
    lanes.delete(lane.key);
  }
  if (waiting < MAX_WAITING) {
    hold.shift()?.();
  }
}

/** Moves each position to the first job that is not done. */
async function commit() {
  for (const [partition, jobs] of open) {
    const firstOpen = jobs.findIndex(({ done }) => !done);
    const done = firstOpen === -1 ? jobs.length : firstOpen;
    if (done > 0) {
      positions.set(partition, jobs[done - 1].offset + 1);
      open.set(partition, jobs.slice(done));
    }
  }
  await consumer.commitOffsets(
    [...positions].map(([partition, offset]) => ({
      topic,
      partition,
      offset: String(offset),
    })),
  );
  positions.clear();
}

async function main() {
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: true,
    partitionsConsumedConcurrently: 6,
    eachBatch: async ({ batch }) => {
      batch.messages.forEach(message => add(batch.partition, message));
      pump();
      if (waiting >= MAX_WAITING) {
        await new Promise<void>(resolve => hold.push(resolve));
      }
    },
  });
  setInterval(() => void commit().catch(fail), COMMIT_EVERY_MS);
}

main().catch(fail);
