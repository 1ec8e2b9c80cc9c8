import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import {
  createTopics,
  produce,
  startKafka,
  startRecordingEndpoint,
  waitUntil,
  withAdmin,
  type KafkaCluster,
  type RecordingEndpoint,
} from '@event-flows/testbed';
import { createEngine } from './Engine';
import type {
  DeliveryEngine,
  DesiredQueue,
  EngineLogEntry,
  EngineOptions,
  KnownPosition,
} from './types';

jest.setTimeout(60_000);

describe.each<NonNullable<EngineOptions['driver']>>([
  'kafkajs',
  'platformatic',
])('Positions that Kafka has forgotten, by %s', driver => {
  let kafka: KafkaCluster;
  let endpoint: RecordingEndpoint;
  const engines: DeliveryEngine[] = [];
  let topicCount = 0;

  beforeAll(async () => {
    kafka = await startKafka({ listeners: ['plain'] });
  });

  afterAll(async () => {
    await kafka?.stop();
  });

  beforeEach(async () => {
    endpoint = await startRecordingEndpoint();
  });

  afterEach(async () => {
    await Promise.all(engines.splice(0).map(engine => engine.close()));
    await endpoint.close();
  });

  function startEngine(log: (entry: EngineLogEntry) => void = () => {}) {
    const engine = createEngine(
      {
        brokers: { allow: ['127.0.0.1:*'] },
        endpoints: { allow: [endpoint.url], credentials: [] },
        forwardHeaders: [],
        drainTimeoutMs: 2_000,
        driver,
      },
      log,
    );
    engines.push(engine);
    return engine;
  }

  /** A queue of a topic whose records say where they are, as `partition:offset`. */
  async function createQueue(recordsOf: number[]): Promise<DesiredQueue> {
    topicCount += 1;
    const topic = `topic-${topicCount}`;
    await createTopics(kafka.plain.brokers, [
      { topic, partitions: recordsOf.length },
    ]);
    await produceTo(topic, recordsOf);
    return {
      id: topic,
      connection: { id: 'cluster', brokers: kafka.plain.brokers },
      topic,
      groupId: `event-flows.${topic}`,
      algorithmRef: 'component:default/sentiment',
      target: {
        kind: 'version',
        versionRef: 'component:default/sentiment-1',
        endpoint: `${endpoint.url}/v1`,
      },
      settings: defaultQueueSettings,
      revision: 1,
      decisions: [],
    };
  }

  async function produceTo(topic: string, recordsOf: number[], from = 0) {
    await produce(
      kafka.plain.brokers,
      topic,
      recordsOf.flatMap((count, partition) =>
        Array.from({ length: count }, (_, index) => ({
          partition,
          value: `${partition}:${from + index}`,
        })),
      ),
    );
  }

  const kept = (...positions: number[]): KnownPosition[] =>
    positions.map((position, partition) => ({
      ...{ partition, position: String(position) },
      at: new Date(Date.now() + 1_000).toISOString(),
    }));

  /** What arrives until the engines are closed, which leaves nothing half done. */
  async function received(count: number, ...running: DeliveryEngine[]) {
    await endpoint.waitFor(count, 40_000);
    await Promise.all(running.map(engine => engine.close()));
    return endpoint.requests.map(({ body }) => String(body)).sort();
  }

  const committed = ({ groupId, topic }: DesiredQueue) =>
    withAdmin(kafka.plain.brokers, async admin => {
      const [{ partitions }] = await admin.fetchOffsets({
        groupId,
        topics: [topic],
      });
      return partitions
        .sort((a, b) => a.partition - b.partition)
        .map(({ offset }) => offset);
    });

  it('are those that were kept, where the topic has them', async () => {
    const queue = await createQueue([4, 2, 1, 1]);
    const log = jest.fn();
    const engine = startEngine(log);
    // The second is not in the topic, and the last partition was added meanwhile.
    await engine.apply([{ ...queue, known: kept(3, 9, 1) }]);
    await produceTo(queue.topic, [1, 0, 1, 1], 4);
    expect(await received(7, engine)).toEqual([
      ...['0:3', '0:4', '1:0', '1:1', '2:4', '3:0', '3:4'],
    ]);
    expect(log).toHaveBeenCalledWith(
      expect.objectContaining({
        level: 'warn',
        message: expect.stringMatching(
          /forgotten positions of queue topic-\d+.*: partition 0 at 3, partition 1 at 0, partition 2 at 1$/,
        ),
      }),
    );
    expect(await committed(queue)).toEqual(['5', '2', '2', '2']);
  });

  it('are not looked for while Kafka has them', async () => {
    const queue = await createQueue([5]);
    const log = jest.fn();
    const engine = startEngine(log);
    await engine.admin.ensurePositions(queue.connection, {
      ...{ groupId: queue.groupId, topic: queue.topic, startFrom: 'latest' },
    });
    await engine.apply([{ ...queue, known: kept(2) }]);
    await produceTo(queue.topic, [1], 5);
    expect(await received(1, engine)).toEqual(['0:5']);
    expect(log).not.toHaveBeenCalledWith(
      expect.objectContaining({ message: expect.stringMatching(/forgotten/) }),
    );
  });

  it('are found by replicas that start together', async () => {
    const queue = await createQueue([5, 5, 5, 5]);
    const known = kept(4, 4, 4, 4);
    const both = [startEngine(), startEngine()];
    await Promise.all(both.map(engine => engine.apply([{ ...queue, known }])));
    await waitUntil(
      async () => {
        const reports = await Promise.all(both.map(e => e.reports()));
        return reports.every(
          ({ current }) => current[0].partitions.length === 2,
        );
      },
      { timeoutMs: 40_000, what: 'two partitions each' },
    );
    expect(await received(4, ...both)).toEqual(['0:4', '1:4', '2:4', '3:4']);
    expect(await committed(queue)).toEqual(['5', '5', '5', '5']);
  });

  it('are not past the records of a topic that was created anew', async () => {
    const queue = await createQueue([3]);
    const engine = startEngine();
    const at = new Date(Date.now() - 60_000).toISOString();
    await engine.apply([
      { ...queue, known: [{ partition: 0, position: '2', at }] },
    ]);
    expect(await received(3, engine)).toEqual(['0:0', '0:1', '0:2']);
  });

  it('are found when the cluster comes back that was away at the start', async () => {
    const queue = await createQueue([3]);
    await kafka.kill();
    const engine = startEngine();
    await engine.apply([{ ...queue, known: kept(2) }]);
    await waitUntil(
      async () => (await engine.reports()).current[0].phase === 'failed',
      { timeoutMs: 30_000, what: 'a failure' },
    );
    await kafka.restart();
    expect(await received(1, engine)).toEqual(['0:2']);
  });
});
