import { aQueue, aStatus } from '../../../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../../../__testUtils__/InMemoryEventFlows';
import { aConnection } from '../../../__testUtils__/fixtures';
import { takeOverQueue } from './takeOverQueue';

function setup(phases: Array<'starting' | 'running' | 'failed'>) {
  const queue = aQueue({ state: 'enabled', versionRef: 'latest' });
  const api = new InMemoryEventFlows({
    connections: [
      aConnection(),
      aConnection({ id: 'orders-prod-2', name: 'orders-prod-2' }),
    ],
    queues: [{ ...queue, status: aStatus({ phase: 'starting' }) }],
  });
  let nowMs = 0;
  return {
    ...{ api, queue },
    take: () =>
      takeOverQueue(api.queues[0], 'orders-prod-2', {
        ...{ api, signal: new AbortController().signal, now: () => nowMs },
        delay: async ms => {
          nowMs += ms;
          const phase = phases.shift() ?? 'starting';
          const status = aStatus({
            ...{ phase, reason: phase === 'failed' ? 'no' : undefined },
          });
          api.queues = api.queues.map(q => ({ ...q, status }));
        },
      }),
    at: () => api.queues[0].connection.id,
    waitedMs: () => nowMs,
  };
}

describe('takeOverQueue', () => {
  it('waits until the queue runs at its new connection', async () => {
    const { take, at, waitedMs } = setup(['starting', 'running']);
    expect(await take()).toMatchObject({ status: { phase: 'running' } });
    expect(at()).toBe('orders-prod-2');
    expect(waitedMs()).toBe(2_000);
  });

  it('moves it back where it fails, and says why', async () => {
    const { take, at, queue } = setup(['starting', 'failed']);
    await expect(take()).rejects.toMatchObject({
      ...{ name: 'MovedBackError', reason: 'no' },
    });
    expect(at()).toBe(queue.connection.id);
  });

  it('moves it back where it does not start', async () => {
    const { take, at, queue, waitedMs } = setup([]);
    await expect(take()).rejects.toMatchObject({ name: 'MovedBackError' });
    expect(at()).toBe(queue.connection.id);
    expect(waitedMs()).toBe(60_000);
  });

  it('waits for nothing where the queue is disabled', async () => {
    const { api, take, at, waitedMs } = setup([]);
    api.queues = api.queues.map(q => ({ ...q, state: 'disabled' }));
    await take();
    expect(at()).toBe('orders-prod-2');
    expect(waitedMs()).toBe(0);
  });
});
