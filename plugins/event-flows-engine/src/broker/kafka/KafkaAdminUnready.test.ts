import {
  createTopics,
  startKafka,
  type KafkaCluster,
} from '@event-flows/testbed';
import { AddressPolicy } from '../../address/AddressPolicy';
import { KafkaAdmin } from './KafkaAdmin';

jest.setTimeout(60_000);

/** A cluster that can do everything but coordinate groups, for want of brokers. */
describe('KafkaAdmin and a cluster without coordinators', () => {
  let kafka: KafkaCluster;

  beforeAll(async () => {
    kafka = await startKafka({
      listeners: ['plain'],
      properties: { 'offsets.topic.replication.factor': '3' },
    });
    await createTopics(kafka.plain.brokers, [{ topic: 'orders' }]);
  });

  afterAll(() => kafka?.stop());

  const admin = new KafkaAdmin(
    new AddressPolicy({
      brokers: { allow: ['127.0.0.1:*'] },
      endpoints: { allow: [] },
    }).brokers,
    () => {},
  );

  it('waits for it, and does not take it for a missing right', async () => {
    const access = { id: 'a', brokers: kafka.plain.brokers };
    await expect(
      admin.ensurePositions(
        access,
        { groupId: 'g', topic: 'orders', startFrom: 'earliest' },
        { timeoutMs: 4_000 },
      ),
    ).rejects.toMatchObject({
      reason: 'timeout',
      message: expect.stringMatching(
        /not ready within 4 s \(GROUP_COORDINATOR_NOT_AVAILABLE\): it is still starting/,
      ),
    });
    // A connection is made all the same: the cluster may come to itself.
    await expect(admin.probe(access)).resolves.toMatchObject({ brokers: 1 });
  });
});
