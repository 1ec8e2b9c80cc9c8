import type { QueueRecord } from '../queues/QueuesStore';
import { at, counters, queueReport } from '../__testUtils__/records';
import { queueStatus } from './queueStatus';

const queue: QueueRecord = {
  id: 'q',
  connection: { id: 'c', name: 'one' },
  topic: 'orders',
  algorithmRef: 'component:default/a',
  apiType: 'subscriber',
  state: 'enabled',
  versionRef: 'latest',
  revision: 1,
  changedAt: at(0),
  changedBy: 'user:default/ada',
  base: { read: 111, delivered: 100, deadLettered: 10, skipped: 1 },
};

const live = (overrides: Parameters<typeof queueReport>[1]) => ({
  report: queueReport('q', overrides),
  live: true,
});

describe('queueStatus', () => {
  it('adds up what replicas did and do', () => {
    const status = queueStatus(
      queue,
      [
        live({
          lag: 5,
          deliveredPerSecond: 1.5,
          counters: counters(3, 2),
          lastDeliveredAt: at(1),
          lastError: { at: at(9), message: 'newer' },
          partitions: [
            { partition: 1, phase: 'running', lag: 5 },
            { partition: 2, phase: 'running', oldestWaitingAt: at(7) },
          ],
        }),
        live({
          lag: 2,
          deliveredPerSecond: 0.5,
          counters: counters(4, 1),
          lastDeliveredAt: at(2),
          lastError: { at: at(8), message: 'older' },
          versionRef: 'component:default/a-1',
          partitions: [
            { partition: 0, phase: 'running', oldestWaitingAt: at(6) },
            { partition: 1, phase: 'running' },
          ],
        }),
        // Dead: what it had in flight is not in flight any more.
        {
          report: queueReport('q', { lag: 50, counters: counters(7, 9) }),
          live: false,
        },
      ],
      { consumers: 2, lastLag: 99 },
    );
    expect(status).toEqual({
      phase: 'running',
      lag: 7,
      oldestWaitingAt: at(6),
      deliveredPerSecond: 2,
      lastDeliveredAt: at(2),
      lastError: { at: at(9), message: 'newer' },
      versionRef: 'component:default/a-1',
      replicas: 2,
      counters: {
        read: 128,
        delivered: 114,
        deadLettered: 10,
        skipped: 1,
        inFlight: 3,
      },
      partitions: [
        { partition: 0, phase: 'running', oldestWaitingAt: at(6) },
        { partition: 1, phase: 'running' },
        { partition: 2, phase: 'running', oldestWaitingAt: at(7) },
      ],
      heldUp: [],
    });
  });

  it('shows counters that do not add up', () => {
    const unbalanced = { ...counters(3, 2), read: 6 };
    const dead = { report: queueReport('q', { counters: unbalanced }) };
    const status = queueStatus(
      { ...queue, base: { ...queue.base, read: 112 } },
      [live({ counters: unbalanced }), { ...dead, live: false }],
      { consumers: 1 },
    );
    expect(status.counters).toEqual({
      read: 122,
      delivered: 106,
      deadLettered: 10,
      skipped: 1,
      inFlight: 2,
    });
  });

  it('says the last that was known while nobody knows better', () => {
    const stopped = { ...queue, lastDeliveredAt: at(3) };
    const last = { consumers: 1, lastLag: 4 };
    expect(queueStatus(stopped, [], last)).toMatchObject({
      lag: 4,
      lastDeliveredAt: at(3),
    });
    const dead = {
      report: queueReport('q', { lag: 9, lastDeliveredAt: at(5) }),
      live: false,
    };
    const starting = live({ phase: 'starting' });
    expect(queueStatus(stopped, [dead, starting], last)).toMatchObject({
      lag: 4,
      lastDeliveredAt: at(5),
    });
    expect(queueStatus(stopped, [], last)).not.toHaveProperty('isLagUnknown');
    for (const reports of [[], [starting]]) {
      expect(queueStatus(queue, reports, { consumers: 1 })).toMatchObject({
        ...{ lag: 0, isLagUnknown: true },
      });
    }
  });

  it('says that it is stalled where that has lasted and is not over', () => {
    const stalledSince = at(10);
    const seen = (
      report: Parameters<typeof queueReport>[1],
      stalledBefore = at(20),
    ) =>
      queueStatus({ ...queue, stalledSince }, [live(report)], {
        consumers: 1,
        stalledBefore,
      }).stalledSince;
    expect(seen({ phase: 'retrying' })).toBe(stalledSince);
    expect(seen({ phase: 'retrying' }, at(9))).toBe(undefined);
    const lastDeliveredAt = at(11);
    expect(seen({ phase: 'retrying', lastDeliveredAt })).toBe(undefined);
    const partitions = [{ partition: 0, phase: 'running' as const, lag: 2 }];
    expect(seen({ lag: 2, partitions })).toBe(stalledSince);
    expect(seen({ lag: 0 })).toBe(undefined);
  });

  it('lists what is held up, first what stops its lane', () => {
    const record = (offset: string, phase: 'retrying' | 'blocked') => ({
      ...{ partition: 0, offset, phase, reason: 'why', attempts: 1 },
    });
    const { heldUp } = queueStatus(
      queue,
      [
        live({ heldUp: [record('1', 'blocked'), record('2', 'retrying')] }),
        live({ heldUp: [record('3', 'blocked')] }),
      ],
      { consumers: 2 },
    );
    expect(heldUp?.map(({ offset }) => offset)).toEqual(['1', '3', '2']);
  });

  it('shows what needs a person before what does not', () => {
    const phaseOf = (...phases: Array<'running' | 'blocked' | 'starting'>) =>
      queueStatus(
        queue,
        phases.map(phase => live({ phase, reason: `${phase}, because` })),
        { consumers: phases.length },
      );
    expect(phaseOf('running', 'blocked', 'starting')).toMatchObject({
      phase: 'blocked',
      reason: 'blocked, because',
    });
    expect(phaseOf('starting', 'running')).toMatchObject({ phase: 'running' });
  });

  it('says starting until a replica reports, and why none will', () => {
    expect(queueStatus(queue, [], { consumers: 1 })).toMatchObject({
      phase: 'starting',
    });
    expect(queueStatus(queue, [], { consumers: 1 })).not.toHaveProperty(
      'reason',
    );
    expect(queueStatus(queue, [], { consumers: 0 }).reason).toContain(
      'eventFlows.consumers.enabled',
    );
  });

  it('says stopped of nothing that may still run', () => {
    const disabled = { ...queue, state: 'disabled' as const };
    const running = live({ counters: counters(1, 1) });
    expect(queueStatus(disabled, [running], { consumers: 1 })).toMatchObject({
      phase: 'running',
      reason: 'Stopping: requests in flight finish',
    });
    expect(queueStatus(disabled, [], { consumers: 1 })).toMatchObject({
      phase: 'paused',
      reason: expect.stringContaining('waiting for the cluster to confirm'),
    });
    expect(
      queueStatus({ ...disabled, stoppedAt: at(5) }, [], { consumers: 1 }),
    ).toMatchObject({ phase: 'stopped' });
    expect(
      queueStatus({ ...disabled, versionRef: undefined }, [], { consumers: 1 }),
    ).toMatchObject({ phase: 'stopped' });
  });
});
