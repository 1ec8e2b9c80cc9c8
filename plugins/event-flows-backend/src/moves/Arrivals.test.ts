import type { QueuePhase } from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueRecord } from '../queues/QueuesStore';
import { Arrivals, hasArrived } from './Arrivals';
import type { OpenMovesStore } from './OpenMovesStore';

describe('hasArrived', () => {
  const arrives = (
    phase: QueuePhase,
    known: { held?: number; replicas?: number; state?: 'disabled' } = {},
  ) =>
    hasArrived(
      { state: known.state ?? 'enabled' },
      {
        ...{ phase, replicas: known.replicas ?? 1 },
        partitions: Array.from({ length: known.held ?? 0 }, (_, partition) => ({
          ...{ partition, phase },
        })),
      },
    );

  it.each(['running', 'retrying', 'blocked'] as const)(
    'is so for a queue that is %s',
    phase => {
      expect(arrives(phase)).toBe(true);
    },
  );

  it.each(['starting', 'failed', 'stopped'] as const)(
    'is not so for one that is %s',
    phase => {
      expect(arrives(phase, { held: 3 })).toBe(false);
    },
  );

  it('is so for one that is paused only if it has joined its group', () => {
    expect([arrives('paused'), arrives('paused', { held: 1 })]).toEqual([
      ...[false, true],
    ]);
  });

  it('is not so where no replica lives, or nothing shall run', () => {
    expect(arrives('running', { replicas: 0 })).toBe(false);
    expect(arrives('running', { state: 'disabled' })).toBe(false);
  });
});

describe('Arrivals', () => {
  /** Of a queue in this state that was moved and reports nothing. */
  async function lookAt(state: 'enabled' | 'disabled', hasApplied = true) {
    const close = jest.fn<Promise<void>, unknown[]>(async () => {});
    const move = {
      ...{ queueId: 'q', revision: 7, since: '2026-11-26T10:00:00Z' },
      from: { id: 'a', name: 'A' },
    };
    const moves: OpenMovesStore = { list: async () => [move], close };
    const arrivals = new Arrivals({
      moves,
      queues: { get: async () => ({ id: 'q', state }) as QueueRecord },
      board: { statusOf: async () => new Map() },
      convergence: { hasApplied: async () => hasApplied },
    });
    await arrivals.run();
    return close.mock.calls;
  }

  it('end the move of a queue that somebody has disabled meanwhile', async () => {
    expect(await lookAt('disabled')).toEqual([
      [expect.objectContaining({ queueId: 'q', revision: 7 })],
    ]);
  });

  it('do not while it shall run, or replicas have not heard of it', async () => {
    expect(await lookAt('enabled')).toEqual([]);
    expect(await lookAt('disabled', false)).toEqual([]);
  });
});
