import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
import { AddressPolicy } from '../address/AddressPolicy';
import { AnswerWriter } from '../delivery/AnswerWriter';
import type { DeadLetterWriter } from '../delivery/DeadLetterWriter';
import type { HttpDispatcher } from '../delivery/HttpDispatcher';
import type { DeliveryTarget, DesiredQueue } from '../types';
import { Observations } from '../observe/Observations';
import { DeliveryLoop } from './DeliveryLoop';
import { HeldPartitions } from './HeldPartitions';
import { MemoryBudget } from './MemoryBudget';

const target = (name: string): DeliveryTarget => ({
  kind: 'version',
  versionRef: `component:default/${name}`,
  endpoint: `https://algorithms.example.com/${name}`,
});

/** A loop whose endpoint answers at once, and whose writes end when the test says so. */
class Bench {
  readonly writes: Array<{
    version: string | undefined;
    end(error?: Error): void;
  }> = [];
  requests = 0;
  readonly done: bigint[] = [];
  readonly observations = new Observations(Date.now);
  readonly loop: DeliveryLoop;
  readonly #partitions: HeldPartitions;

  constructor() {
    const queue: DesiredQueue = {
      id: 'q',
      connection: { id: 'c', brokers: [] },
      ...{ topic: 't', outputTopic: 'output', groupId: 'g', receipts: true },
      algorithmRef: 'component:default/a',
      target: target('v1'),
      settings: defaultQueueSettings,
      revision: 1,
      decisions: [],
    };
    const send: HttpDispatcher['send'] = (_, settle) => {
      this.requests += 1;
      const body = Buffer.from('answer');
      settle({ response: { status: 200, body, size: 2, truncated: false } });
      return () => {};
    };
    this.loop = new DeliveryLoop({
      queue,
      policy: new AddressPolicy({
        brokers: { allow: [] },
        endpoints: { allow: ['https://algorithms.example.com/'] },
      }),
      credentials: () => ({}),
      forwardHeaders: new Set(),
      dispatcher: { send } as HttpDispatcher,
      deadLetters: {} as DeadLetterWriter,
      answers: new AnswerWriter(queue, () => ({
        publish: (_, { headers }) =>
          new Promise((resolve, reject) => {
            const version = new Map(headers).get('__event_flows.version');
            this.writes.push({
              version: version && String(version),
              end: error => (error ? reject(error) : resolve()),
            });
          }),
        close: async () => {},
      })),
      attempts: this.observations.of('q'),
      now: Date.now,
      random: () => 0,
      randomHex: bytes => 'a'.repeat(bytes * 2),
      onDone: item => {
        this.done.push(item.record.offset);
        this.#partitions.complete(item);
      },
      onAllAnew: () => this.#partitions.forgetHeldUp(),
      onDecided: () => {},
      onUndecided: () => {},
    });
    this.#partitions = new HeldPartitions({
      settings: queue.settings,
      budget: new MemoryBudget(),
      revision: () => 1,
      resume: () => {},
      pause: () => {},
      onLost: state => this.loop.release(state),
    });
  }

  /** Holds this partition, and no other. */
  assign(partition: number) {
    this.loop.suspend();
    this.#partitions.assign([
      { partition, committed: undefined, metadata: '' },
    ]);
    this.loop.resume('cluster');
  }

  read(partition: number, count: number) {
    const records = Array.from({ length: count }, (_, offset) => ({
      ...{ partition, offset: BigInt(offset), timestamp: 0 },
      ...{ key: null, value: Buffer.from('input'), headers: [] },
    }));
    const end = BigInt(count);
    this.#partitions.receive(
      {
        ...{ partition, records, fetchedFrom: 0n },
        ...{ nextOffset: end, highWatermark: end },
      },
      item => this.loop.add(item),
    );
    this.loop.begin();
  }

  writesBegun(count: number) {
    return waitUntil(() => this.writes.length === count, {
      ...{ what: `${count} writes`, timeoutMs: 10_000, everyMs: 5 },
    });
  }
}

const soon = () => new Promise(resolve => setImmediate(resolve));

describe('Answers', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
    bench.assign(0);
  });

  afterEach(() => bench.loop.stop(0));

  it('are in the topic before their records are done, and the next one begins', async () => {
    bench.read(0, 2);
    await soon();
    expect(bench).toMatchObject({ requests: 1, done: [] });
    bench.writes[0].end();
    await bench.writesBegun(2);
    expect(bench).toMatchObject({ requests: 2, done: [0n] });
  });

  it('are written again without another request', async () => {
    bench.read(0, 1);
    bench.writes[0].end(new Error('no topic'));
    await bench.writesBegun(2);
    expect(bench.loop.statistics.lastError?.message).toMatch(
      /could not be published to output: no topic/,
    );
    bench.writes[1].end();
    await soon();
    expect(bench).toMatchObject({ requests: 1, done: [0n] });
  });

  it('that are written in the end have a receipt of that, too', async () => {
    bench.read(0, 1);
    bench.writes[0].end(new Error('no topic'));
    await bench.writesBegun(2);
    bench.writes[1].end();
    await soon();
    const [{ receipts }] = bench.observations.take();
    expect(receipts).toMatchObject([
      { attempt: 1, outcome: 'retried', status: 200 },
      { attempt: 2, outcome: 'delivered' },
    ]);
    // Only the first one was a request.
    expect(receipts[1]).not.toHaveProperty('latencyMs');
  });

  it('of a version that is not set any more are asked for anew', async () => {
    bench.read(0, 1);
    bench.writes[0].end(new Error('no topic'));
    await soon();
    bench.loop.setTarget(target('v2'));
    await bench.writesBegun(2);
    expect(bench.requests).toBe(2);
    expect(bench.writes[1].version).toBe('component:default/v2');
  });

  it('finish nothing of a partition that was lost meanwhile', async () => {
    bench.read(0, 1);
    bench.assign(1);
    bench.writes[0].end();
    await soon();
    expect(bench.done).toEqual([]);
    expect(bench.loop.counters).toMatchObject({ delivered: 0, inFlight: 0 });
    bench.read(1, 1);
    expect(bench.requests).toBe(2);
  });

  it('on their way are waited for when the queue is stopped', async () => {
    bench.read(0, 2);
    const stopped = jest.fn();
    const stopping = bench.loop.stop(5_000).then(stopped);
    await soon();
    expect(stopped).not.toHaveBeenCalled();
    bench.writes[0].end();
    await stopping;
    expect(bench).toMatchObject({ requests: 1, done: [0n] });
  });

  it('that fail while the queue is stopped leave their records pending', async () => {
    bench.read(0, 1);
    const stopping = bench.loop.stop(5_000);
    bench.writes[0].end(new Error('closed'));
    await stopping;
    expect(bench.loop.counters).toMatchObject({ delivered: 0, inFlight: 1 });
    expect(bench.writes).toHaveLength(1);
  });
});
