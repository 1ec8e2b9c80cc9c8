import type { QueuePhase } from '@event-flows/backstage-plugin-event-flows-common';
import { hasArrived } from './Arrivals';

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
