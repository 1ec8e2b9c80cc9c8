import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import {
  startRecordingEndpoint,
  type RecordingEndpoint,
} from '@event-flows/testbed';
import { AddressPolicy } from '../address/AddressPolicy';
import type { BrokerConsumer, BrokerDriver } from '../broker/BrokerDriver';
import type { DesiredQueue } from '../types';
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

/** With a driver that joins a group when the test says so, which Kafka does not. */
describe('QueueRunner', () => {
  let endpoint: RecordingEndpoint;

  beforeAll(async () => {
    endpoint = await startRecordingEndpoint();
  });

  afterAll(async () => {
    await endpoint.close();
  });

  /** A runner that is about to become a member, with a record to deliver. */
  function join() {
    const joined = Promise.withResolvers<BrokerConsumer>();
    const driver: Pick<BrokerDriver, 'consume'> = {
      consume: (_access, _subscription, handler) => {
        handler.onAssigned([{ partition: 0, committed: 0n, metadata: '' }]);
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
      },
    };
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
    const runner = new QueueRunner(queue, {
      driver: driver as BrokerDriver,
      policy: new AddressPolicy({
        brokers: { allow: [] },
        endpoints: { allow: [endpoint.url] },
      }),
      credentials: () => ({}),
      forwardHeaders: new Set(),
      drainTimeoutMs: 5_000,
      budget: new MemoryBudget(),
      log: () => {},
      now: Date.now,
      random: Math.random,
      randomHex: () => 'a'.repeat(16),
    });
    return { runner, joined: () => joined.resolve(consumer) };
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
});
