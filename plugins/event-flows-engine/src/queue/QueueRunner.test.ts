import { getEventListeners } from 'node:events';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import {
  startRecordingEndpoint,
  waitUntil,
  type RecordingEndpoint,
} from '@event-flows/testbed';
import { AddressPolicy } from '../address/AddressPolicy';
import type {
  BrokerConsumer,
  BrokerDriver,
  ConsumerHandler,
} from '../broker/BrokerDriver';
import type { DesiredQueue } from '../types';
import { Observations } from '../observe/Observations';
import { MemoryBudget } from './MemoryBudget';
import { QueueRunner } from './QueueRunner';

const consumer: BrokerConsumer = {
  clusterId: 'cluster',
  failed: new Promise(() => {}),
  commit: async () => {},
  pause: () => {},
  resume: () => {},
  close: async () => {},
};

const ASSIGNED = { partition: 0, committed: 0n, metadata: '' };

/** With a driver that joins a group when the test says so, which Kafka does not. */
describe('QueueRunner', () => {
  let endpoint: RecordingEndpoint;

  beforeAll(async () => {
    endpoint = await startRecordingEndpoint();
  });

  beforeEach(() => endpoint.clear());

  afterAll(async () => {
    await endpoint.close();
  });

  function run(
    consume: BrokerDriver['consume'],
    { now = Date.now, random = () => 0 } = {},
  ) {
    const driver: Pick<BrokerDriver, 'consume'> = { consume };
    const queue: DesiredQueue = {
      id: 'q',
      connection: { id: 'c', brokers: [] },
      topic: 't',
      groupId: 'g',
      algorithmRef: 'component:default/a',
      target: {
        kind: 'version',
        versionRef: 'component:default/v',
        endpoint: endpoint.url,
      },
      settings: defaultQueueSettings,
      revision: 1,
      decisions: [],
    };
    return new QueueRunner(queue, {
      driver: driver as BrokerDriver,
      policy: new AddressPolicy({
        brokers: { allow: [] },
        endpoints: { allow: [endpoint.url] },
      }),
      credentials: () => ({}),
      forwardHeaders: new Set(),
      drainTimeoutMs: 5_000,
      budget: new MemoryBudget(),
      observations: new Observations(Date.now),
      log: () => {},
      now,
      random,
      randomHex: () => 'a'.repeat(16),
    });
  }

  /** A runner that is about to become a member, with a record to deliver. */
  function join() {
    const joined = Promise.withResolvers<BrokerConsumer>();
    let handler: ConsumerHandler | undefined;
    const runner = run((_access, _subscription, told) => {
      handler = told;
      handler.onAssigned([ASSIGNED]);
      handler.onRecords({
        ...{ partition: 0, fetchedFrom: 0n, nextOffset: 1n },
        highWatermark: 1n,
        records: [
          {
            ...{ partition: 0, offset: 0n, timestamp: 0, key: null },
            ...{ value: Buffer.from('1'), headers: [] },
          },
        ],
      });
      return joined.promise;
    });
    return {
      runner,
      joined: () => joined.resolve(consumer),
      handler: () => handler,
    };
  }

  it('begins nothing after it was stopped, also if it becomes a member only then', async () => {
    const { runner, joined } = join();
    const stopped = runner.stop();
    joined();
    expect(await stopped).toMatchObject({
      phase: 'stopped',
      counters: { delivered: 0 },
    });
    expect(endpoint.requests).toEqual([]);
  });

  it('delivers what came before it was a member', async () => {
    const { runner, joined } = join();
    joined();
    await endpoint.waitFor(1);
    const { counters } = await runner.stop();
    expect(counters).toMatchObject({ read: 1, delivered: 1 });
  });

  it('does not say that it runs while the group is joined anew', async () => {
    const { runner, joined, handler } = join();
    const phase = () => runner.report().phase;
    expect(phase()).toBe('starting');
    joined();
    await endpoint.waitFor(1);
    expect(phase()).toBe('running');
    await handler()?.onRebalancing();
    expect(phase()).toBe('starting');
    handler()?.onAssigned([ASSIGNED]);
    expect(phase()).toBe('running');
    await runner.stop();
  });

  it('keeps nothing of memberships that failed', async () => {
    const signals: AbortSignal[] = [];
    const failing: BrokerConsumer = {
      ...consumer,
      failed: Promise.resolve(new Error('The connection was lost')),
    };
    const runner = run(async (_access, _subscription, _handler, { signal }) => {
      signals.push(signal);
      return failing;
    });
    await waitUntil(() => signals.length > 5, {
      ...{ what: 'many memberships', timeoutMs: 10_000 },
    });
    const [signal] = signals;
    expect(getEventListeners(signal, 'abort').length).toBeLessThan(4);
    await runner.stop();
  });

  it('sends nothing further while Kafka takes no position, says so, and goes on when it does', async () => {
    let clock = Date.now();
    let commit = Promise.withResolvers<void>();
    let handler: ConsumerHandler | undefined;
    const runner = run(
      async (_access, _subscription, told) => {
        handler = told;
        told.onAssigned([ASSIGNED]);
        return { ...consumer, commit: () => commit.promise };
      },
      { now: () => clock },
    );
    const read = (offset: bigint) =>
      handler?.onRecords({
        ...{ partition: 0, fetchedFrom: offset, nextOffset: offset + 1n },
        highWatermark: offset + 1n,
        records: [
          {
            ...{ partition: 0, offset, timestamp: 0, key: null },
            ...{ value: Buffer.from(`${offset}`), headers: [] },
          },
        ],
      });
    await waitUntil(() => runner.report().phase === 'running', {
      ...{ what: 'the queue to run', timeoutMs: 5_000 },
    });
    read(0n);
    await endpoint.waitFor(1);
    clock += 6_000;
    await waitUntil(() => runner.report().phase === 'retrying', {
      ...{ what: 'the queue to stand still', timeoutMs: 5_000 },
    });
    expect(runner.report().reason).toMatch(/^Kafka has not taken the pos/);
    read(1n);
    expect(endpoint.requests).toHaveLength(1);
    commit.resolve();
    commit = Promise.withResolvers();
    commit.resolve();
    await endpoint.waitFor(2);
    expect(runner.report()).toMatchObject({ phase: 'running' });
    await runner.stop();
  });

  it('waits for longer and longer where each membership soon fails', async () => {
    const joinedAtMs: number[] = [];
    const runner = run(
      async () => {
        joinedAtMs.push(Date.now());
        return {
          ...consumer,
          failed: Promise.resolve(new Error('Nothing can be read')),
        };
      },
      // The shortest wait of each backoff: 0.1, 0.2, 0.4 s.
      { random: () => 0 },
    );
    await waitUntil(() => joinedAtMs.length === 4, {
      ...{ what: 'four memberships', timeoutMs: 10_000 },
    });
    const [first, second, third, fourth] = joinedAtMs;
    expect(third - second).toBeGreaterThan((second - first) * 1.5);
    expect(fourth - third).toBeGreaterThan((third - second) * 1.5);
    await runner.stop();
  });
});
