import {
  createTopics,
  startKafka,
  type KafkaCluster,
} from '@event-flows/testbed';
import { DRIVERS } from './__testUtils__/drivers';
import { TestMember } from './__testUtils__/TestMember';

jest.setTimeout(60_000);

/** A session, the heartbeat before it, and what a busy machine adds. */
const NOTICED_WITHIN_MS = 25_000;

// kafkajs says nothing of it by itself. KafkaConsumer.test.ts shows that its
// driver does, after two minutes; see ADR 10.
const NOTICING = DRIVERS.filter(([name]) => name !== 'kafkajs');

describe.each(NOTICING)('%s', (name, createDriver) => {
  let kafka: KafkaCluster;

  beforeAll(async () => {
    kafka = await startKafka({ listeners: ['plain'] });
    await createTopics(kafka.plain.brokers, [{ topic: 'orders' }]);
  });

  afterAll(() => kafka?.stop());

  it('fails within seconds when the broker does not answer any more', async () => {
    const member = await TestMember.join(
      createDriver('127.0.0.1:*'),
      { id: 'p', brokers: kafka.plain.brokers },
      { groupId: name, topic: 'orders' },
    );
    process.kill(kafka.pid, 'SIGSTOP');
    try {
      const started = performance.now();
      await expect(member.consumer.failed).resolves.toMatchObject({
        name: 'BrokerConnectionError',
        reason: 'timeout',
      });
      expect(performance.now() - started).toBeLessThan(NOTICED_WITHIN_MS);
    } finally {
      process.kill(kafka.pid, 'SIGCONT');
      await member.consumer.close(1_000);
    }
  });
});
