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
import { QueueRunner, type RunnerSurroundings } from './QueueRunner';

const consumer: BrokerConsumer = {
  clusterId: 'cluster',
  failed: new Promise(() => {}),
  commit: async () => {},
  pause: () => {},
  resume: () => {},
  close: async () => {},
};

const ASSIGNED = { partition: 0, committed: 0n, metadata: '' };

const until = (what: string, holds: () => boolean) =>
  waitUntil(holds, { what, timeoutMs: 10_000 });

/** With a driver that joins a group when the test says so, which Kafka does not. */
describe('QueueRunner', () => {
  let endpoint: RecordingEndpoint;

  beforeAll(async () => {
    endpoint = await startRecordingEndpoint();
  });

  beforeEach(() => {
    endpoint.clear();
    endpoint.respond = () => ({ status: 200 });
  });

  afterAll(async () => {
    await endpoint.close();
  });

  const queueOf = (change: Partial<DesiredQueue> = {}): DesiredQueue => ({
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
    ...change,
  });

  function run(
    consume: BrokerDriver['consume'],
    {
      producer,
      queue,
      ...others
    }: Partial<RunnerSurroundings> & {
      producer?: BrokerDriver['producer'];
      queue?: Partial<DesiredQueue>;
    } = {},
  ) {
    const driver: Partial<BrokerDriver> = { consume, producer };
    return new QueueRunner(queueOf(queue), {
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
      now: Date.now,
      random: () => 0,
      randomHex: () => 'a'.repeat(16),
      ...others,
    });
  }

  /** A runner that is about to become a member, with a record to deliver. */
  function join(
    member: Partial<BrokerConsumer> = {},
    others: Parameters<typeof run>[1] = {},
  ) {
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
    }, others);
    return {
      runner,
      joined: () => joined.resolve({ ...consumer, ...member }),
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

  /** Each membership fails at once, after it seems to have lasted so long. */
  function failAgainAndAgain(lastedMs: () => number) {
    const signals: AbortSignal[] = [];
    const failures: unknown[] = [];
    let nowMs = 0;
    const runner = run(
      async (_access, _subscription, _handler, { signal }) => {
        signals.push(signal);
        const failed = new Promise<Error>(resolve =>
          setImmediate(() => {
            nowMs += lastedMs();
            resolve(new Error('The connection was lost'));
          }),
        );
        return { ...consumer, failed };
      },
      {
        now: () => nowMs,
        log: ({ fields }) => failures.push(fields?.failures),
      },
    );
    return { runner, signals, failures };
  }

  it('keeps nothing of memberships that failed', async () => {
    const { runner, signals } = failAgainAndAgain(() => 3_600_000);
    await until('many memberships', () => signals.length > 20);
    const [signal] = signals;
    expect(getEventListeners(signal, 'abort').length).toBeLessThan(5);
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

  it('says why Kafka takes no position, also as the last error', async () => {
    let clock = Date.now();
    let isFailing = true;
    const { runner, joined } = join(
      {
        commit: async () => {
          if (isFailing) {
            throw new Error('Not enough replicas\nare in sync');
          }
        },
      },
      { now: () => clock },
    );
    joined();
    await endpoint.waitFor(1);
    // Time for a commit that fails, before that is overdue.
    await new Promise(resolve => setTimeout(resolve, 1_200));
    clock += 6_000;
    await until(
      'the queue to stand still',
      () => runner.report().phase === 'retrying',
    );
    const { reason, lastError } = runner.report();
    expect(reason).toMatch(/after a restart: Not enough replicas.are in sync$/);
    expect(lastError?.message).toBe(reason);
    isFailing = false;
    await until('a commit', () => runner.report().phase === 'running');
    await runner.stop();
  });

  it('waits longer after each membership that was not healthy for a while', async () => {
    let lastedMs = 125_000;
    const { runner, failures } = failAgainAndAgain(() => lastedMs);
    await until('failures', () => failures.length === 3);
    lastedMs = 185_000;
    await until('another failure', () => failures.length === 4);
    lastedMs = 0;
    await until('another failure', () => failures.length === 5);
    expect(failures).toEqual([1, 2, 3, 1, 2]);
    await runner.stop();
  });

  /** A member that fails while a request is under way, and what becomes of it. */
  async function failMember(commit: BrokerConsumer['commit']) {
    const events: string[] = [];
    const failure = Promise.withResolvers<Error>();
    endpoint.respond = () => ({ status: 200, delayMs: 500 });
    const { runner, joined } = join({
      failed: failure.promise,
      commit: async positions => {
        events.push(`commit ${positions.map(({ offset }) => offset).join()}`);
        await commit(positions);
      },
      close: async () => {
        events.push('close');
      },
    });
    joined();
    await endpoint.waitFor(1);
    failure.resolve(new Error('Partition 7 cannot be read'));
    await until('a failure', () => runner.report().phase === 'failed');
    const begunAtMs = performance.now();
    await until('the end of it', () => events.includes('close'));
    const tookMs = performance.now() - begunAtMs;
    return { runner, events, tookMs };
  }

  it('lets requests end and commits when its membership has failed', async () => {
    const { runner, events } = await failMember(async () => {});
    expect(events).toEqual(['commit 1', 'close']);
    await runner.stop();
  });

  it('does not wait for a cluster that takes no commit', async () => {
    const { runner, events, tookMs } = await failMember(
      () => new Promise(() => {}),
    );
    expect(events).toEqual(['commit 1', 'close']);
    expect(tookMs).toBeLessThan(4_000);
    await runner.stop();
  });

  it('does not report a decision whose commit failed when the partition was lost', async () => {
    endpoint.respond = () => ({ status: 422 });
    const commits: Array<PromiseWithResolvers<void>> = [];
    const { runner, joined, handler } = join({
      commit: positions => {
        const commit = Promise.withResolvers<void>();
        const isSkipped = positions.some(({ offset }) => offset === 1n);
        if (isSkipped) {
          commits.push(commit);
        } else {
          commit.resolve();
        }
        return commit.promise;
      },
    });
    joined();
    await until('a blocked lane', () => runner.report().phase === 'blocked');
    runner.update(
      queueOf({
        decisions: [{ id: 'd', partition: 0, offset: '0', action: 'skip' }],
      }),
    );
    await until('a commit', () => commits.length === 1);
    handler()?.onAssigned([]);
    commits[0].reject(new Error('The member is fenced'));
    await new Promise(setImmediate);
    // By now nothing is left to commit, and that succeeds.
    await handler()?.onRebalancing();
    expect(runner.report().decided).toEqual([]);
    // Whoever is given the partition carries it out again.
    handler()?.onAssigned([{ ...ASSIGNED, committed: 1n }]);
    await until('the decision', () => runner.report().decided.length === 1);
    await runner.stop();
  });

  it('closes what writes although another of them cannot be closed', async () => {
    endpoint.respond = () => ({ status: 200, body: 'too large' });
    const events: string[] = [];
    const { runner, joined } = join(
      {},
      {
        queue: {
          outputTopic: 'answers',
          settings: { ...defaultQueueSettings, deadLetterTopic: 'dead' },
        },
        producer: () => {
          let topic = '';
          return {
            publish: async to => {
              topic = to;
              if (topic === 'answers') {
                throw Object.assign(new Error(), { type: 'MESSAGE_TOO_LARGE' });
              }
            },
            close: async () => {
              events.push(`close ${topic}`);
              throw new Error(`${topic} is away`);
            },
          };
        },
        log: ({ level, message }) => level === 'warn' && events.push(message),
      },
    );
    joined();
    await until(
      'a dead letter',
      () => runner.report().counters.deadLettered === 1,
    );
    await runner.stop();
    expect(events).toEqual([
      ...['close dead', 'close answers'],
      'Queue q could not close connections: dead is away',
      'Queue q could not close connections: answers is away',
    ]);
  });
});
