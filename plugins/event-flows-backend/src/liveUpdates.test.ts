import { createServiceFactory } from '@backstage/backend-plugin-api';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { waitUntil } from '@event-flows/testbed';
import { InMemoryEngine, topicInfo } from './__testUtils__/InMemoryEngine';
import { startBackend } from './__testUtils__/startBackend';

const BROKER = 'kafka.example.com:9092';

describe('open pages', () => {
  it('are told that something has changed, and not what', async () => {
    const engine = new InMemoryEngine();
    engine.clusters.set(BROKER, {
      ...{ clusterId: 'cluster-1', topics: [topicInfo('orders')] },
    });
    const publish = jest.fn(async () => {});
    const backend = await startBackend({
      ...{ engine, permissionsEnabled: true },
      features: [
        createServiceFactory({
          service: signalsServiceRef,
          deps: {},
          factory: () => ({ publish }),
        }),
      ],
    });
    try {
      const ada = backend.as('ada');
      const { body } = await ada
        .post('/connections', { name: 'one', type: 'kafka', brokers: [BROKER] })
        .expect(201);
      await ada
        .put(`/connections/${body.id}/topics/orders/access`, {
          access: [
            {
              algorithmRef: 'component:default/sentiment',
              apiType: 'subscriber',
            },
          ],
          revision: 0,
        })
        .expect(200);
      await waitUntil(() => publish.mock.calls.length > 0, {
        ...{ timeoutMs: 10_000, what: 'a signal' },
      });
      expect(publish).toHaveBeenLastCalledWith({
        ...{ recipients: { type: 'broadcast' }, channel: 'event-flows' },
        message: { kind: 'changed' },
      });
    } finally {
      await backend.stop();
    }
  });
});
