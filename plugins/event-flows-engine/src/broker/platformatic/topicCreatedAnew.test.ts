import {
  createTopics,
  produce,
  startKafka,
  waitUntil,
  withAdmin,
  type KafkaCluster,
} from '@event-flows/testbed';
import { AddressPolicy } from '../../address/AddressPolicy';
import { trackMembers } from '../conformance/__testUtils__/trackMembers';
import { PlatformaticDriver } from './PlatformaticDriver';

jest.setTimeout(120_000);

const topic = 'orders';
const groupId = 'created-anew';

describe('A topic that is deleted and created anew while it is read', () => {
  let kafka: KafkaCluster;
  const { join } = trackMembers();
  const { brokers: policy } = new AddressPolicy({
    brokers: { allow: ['127.0.0.1:*'] },
    endpoints: { allow: [] },
  });

  const numbered = (count: number) =>
    Array.from({ length: count }, (_, value) => ({ value: String(value) }));

  beforeAll(async () => {
    kafka = await startKafka({ listeners: ['plain'] });
    await createTopics(kafka.plain.brokers, [{ topic }]);
  });

  afterAll(() => kafka?.stop());

  it('is not read on at the position of the former one, and none is committed', async () => {
    const { brokers } = kafka.plain;
    await produce(brokers, topic, numbered(5));
    const member = await join(
      new PlatformaticDriver(policy, () => {}),
      { id: 'p', brokers },
      { groupId, topic },
    );
    await member.waitForRecords(5);
    const position = { partition: 0, offset: 5n, metadata: '' };
    await member.consumer.commit([position]);
    await withAdmin(brokers, admin => admin.deleteTopics({ topics: [topic] }));
    await waitUntil(
      async () => {
        await createTopics(brokers, [{ topic }]);
        return true;
      },
      { timeoutMs: 10_000, what: 'the new topic' },
    );
    await produce(brokers, topic, numbered(10));
    await waitUntil(() => member.lost.length > 0, {
      timeoutMs: 30_000,
      what: 'the loss of the position',
    });
    expect(member.lost).toEqual([0]);
    expect(member.records).toHaveLength(5);
    await expect(member.consumer.commit([position])).rejects.toMatchObject({
      cause: { message: expect.stringContaining('another one') },
    });
  });
});
