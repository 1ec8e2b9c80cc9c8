import {
  createTopics,
  produce,
  startKafka,
  waitUntil,
  type KafkaCluster,
} from '@event-flows/testbed';
import type { BrokerAccess } from '../../types';
import { DRIVERS } from './__testUtils__/drivers';
import { openSockets, waitForSockets } from './__testUtils__/sockets';
import { TestMember } from './__testUtils__/TestMember';

jest.setTimeout(180_000);

const DEADLINE_MS = 2_000;
const METADATA_MAX_BYTES = 100;
/** What a deadline may be late on a busy machine. */
const TOLERANCE_MS = 1_500;

describe.each(DRIVERS)('%s, while the broker', (name, createDriver) => {
  let kafka: KafkaCluster;
  let socketsBefore = 0;
  const driver = createDriver('127.0.0.1:*');
  const topic = 'orders';

  const plain = (): BrokerAccess => ({ id: 'p', brokers: kafka.plain.brokers });
  const join = (groupId: string) =>
    TestMember.join(driver, plain(), { groupId: `${groupId}-${name}`, topic });

  /** Milliseconds until a member was closed; no socket is left of it. */
  const close = async (member: TestMember) => {
    const started = performance.now();
    await member.consumer.close(DEADLINE_MS).catch(() => {});
    const duration = performance.now() - started;
    await waitForSockets(socketsBefore);
    return duration;
  };

  beforeAll(async () => {
    kafka = await startKafka({
      listeners: ['plain'],
      properties: { 'offset.metadata.max.bytes': String(METADATA_MAX_BYTES) },
    });
    await createTopics(kafka.plain.brokers, [{ topic, partitions: 2 }]);
  });

  afterAll(() => kafka?.stop());

  beforeEach(() => {
    socketsBefore = openSockets();
  });

  it('takes no more than so much text beside a position, commits it alone', async () => {
    const member = await join('small-metadata');
    const position = { partition: 0, offset: 0n };
    await member.consumer.commit([
      { ...position, metadata: 'a'.repeat(METADATA_MAX_BYTES) },
    ]);
    await member.consumer.commit([
      { partition: 1, offset: 0n, metadata: 'a'.repeat(4_000) },
    ]);
    await close(member);
    const next = await join('small-metadata');
    expect(next.assignments[0]).toEqual([
      {
        partition: 0,
        committed: 0n,
        metadata: 'a'.repeat(METADATA_MAX_BYTES),
      },
      { partition: 1, committed: 0n, metadata: '' },
    ]);
    await close(next);
  });

  it('does not answer, closes within the deadline', async () => {
    const member = await join('silent');
    process.kill(kafka.pid, 'SIGSTOP');
    try {
      expect(await close(member)).toBeLessThan(DEADLINE_MS + TOLERANCE_MS);
    } finally {
      process.kill(kafka.pid, 'SIGCONT');
    }
  });

  it('is gone, fails in time, and joins again when it is back', async () => {
    const member = await join('gone');
    await kafka.kill();
    await expect(member.consumer.failed).resolves.toMatchObject({
      name: 'BrokerConnectionError',
    });
    expect(await close(member)).toBeLessThan(DEADLINE_MS + TOLERANCE_MS);
    await expect(join('gone')).rejects.toMatchObject({ reason: 'unreachable' });

    await kafka.restart();
    const again = await waitUntil(() => join('gone'), {
      timeoutMs: 40_000,
      what: 'a member after the restart',
    });
    await produce(kafka.plain.brokers, topic, [{ value: 'back' }]);
    await again.waitForRecords(1);
    await again.consumer.close(5_000);
    await waitForSockets(socketsBefore);
  });
});
