import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import { failedReport } from './failedReport';
import { QueueLife } from './QueueLife';
import type { DesiredQueue, QueueReport } from './types';

/** A run that ends when the test says so. */
class FakeRun {
  readonly updates: DesiredQueue[] = [];
  isStopped = false;
  end: () => void = () => {};
  /** Why it cannot tell what it does. */
  problem: Error | undefined;

  constructor(readonly queue: DesiredQueue) {}

  update(queue: DesiredQueue) {
    this.updates.push(queue);
  }

  report(): QueueReport {
    if (this.problem) {
      throw this.problem;
    }
    const { id, topic } = this.queue;
    return { ...failedReport(id, ''), phase: 'running', run: topic };
  }

  async stop(): Promise<QueueReport> {
    this.isStopped = true;
    await new Promise<void>(resolve => {
      this.end = resolve;
    });
    return { ...this.report(), phase: 'stopped' };
  }
}

function queueOf(
  topic: string,
  change: Partial<DesiredQueue> = {},
): DesiredQueue {
  return {
    id: 'q',
    connection: { id: 'c', brokers: ['kafka:9092'] },
    topic,
    groupId: 'g',
    algorithmRef: 'component:default/a',
    target: { kind: 'unavailable', reason: 'none' },
    settings: defaultQueueSettings,
    revision: 1,
    decisions: [],
    ...change,
  };
}

function setup() {
  const runs: FakeRun[] = [];
  const ended: string[] = [];
  const onOver = jest.fn();
  const life = new QueueLife(queueOf('a'), {
    start: queue => {
      const run = new FakeRun(queue);
      runs.push(run);
      return run;
    },
    onEnded: ({ run }) => ended.push(run),
    onOver,
  });
  const end = async (run: FakeRun) => {
    run.end();
    await new Promise(setImmediate);
  };
  return { life, runs, ended, onOver, end };
}

describe('QueueLife', () => {
  it('hands on what may change while it runs', () => {
    const { life, runs } = setup();
    const changed = queueOf('a', {
      revision: 2,
      target: { kind: 'unavailable', reason: 'still none' },
      decisions: [{ id: 'd', partition: 0, offset: '1', action: 'skip' }],
    });
    life.want(changed);
    expect(runs).toHaveLength(1);
    expect(runs[0].updates).toEqual([changed]);
    expect(runs[0].isStopped).toBe(false);
  });

  it('begins anew where answers are to go elsewhere', async () => {
    const { life, runs, end } = setup();
    life.want(queueOf('a', { outputTopic: 'scores' }));
    expect(runs[0].isStopped).toBe(true);
    await end(runs[0]);
    expect(runs[1].queue).toMatchObject({ outputTopic: 'scores' });
  });

  it('stops before it returns, and is over when that has ended', async () => {
    const { life, runs, ended, onOver, end } = setup();
    life.want(undefined);
    expect(runs[0].isStopped).toBe(true);
    expect(life.report()).toMatchObject({ run: 'a', phase: 'running' });
    expect(onOver).not.toHaveBeenCalled();
    await end(runs[0]);
    await life.over;
    expect(ended).toEqual(['a']);
    expect(onOver).toHaveBeenCalledTimes(1);
  });

  it('starts what is wanted last, when the run before has ended', async () => {
    const { life, runs, ended, onOver, end } = setup();
    life.want(queueOf('b'));
    life.want(undefined);
    life.want(queueOf('c'));
    expect(runs).toHaveLength(1);
    expect(life.report()).toMatchObject({
      ...{ run: 'a', phase: 'starting' },
      reason: expect.stringContaining('begins anew'),
    });
    await end(runs[0]);
    expect(runs.map(({ queue }) => queue.topic)).toEqual(['a', 'c']);
    expect(life.report()).toMatchObject({ run: 'c', phase: 'running' });
    expect(ended).toEqual(['a']);
    expect(onOver).not.toHaveBeenCalled();
  });

  it('begins anew also with what it ran before: that has begun to stop', async () => {
    const { life, runs, end } = setup();
    life.want(undefined);
    life.want(queueOf('a'));
    expect(runs[0].updates).toEqual([]);
    await end(runs[0]);
    expect(runs.map(({ queue }) => queue.topic)).toEqual(['a', 'a']);
    life.want(undefined);
    expect(runs[1].isStopped).toBe(true);
  });

  it('is over if nothing is wanted in the end', async () => {
    const { life, runs, onOver, end } = setup();
    life.want(queueOf('b'));
    life.want(undefined);
    await end(runs[0]);
    expect(runs).toHaveLength(1);
    expect(onOver).toHaveBeenCalledTimes(1);
  });

  it('says that it cannot tell what a run does, and goes on all the same', async () => {
    const { life, runs, ended, onOver, end } = setup();
    const { counters } = life.report();
    runs[0].problem = new RangeError('Invalid time value');
    expect(life.report()).toMatchObject({
      ...{ queueId: 'q', phase: 'failed', run: 'a', counters },
      reason: expect.stringContaining('Invalid time value'),
    });
    life.want(queueOf('b'));
    expect(life.report().phase).toBe('failed');
    await end(runs[0]);
    expect(life.report()).toMatchObject({ run: 'b', phase: 'running' });
    life.want(undefined);
    runs[1].problem = new RangeError('Invalid time value');
    await end(runs[1]);
    await life.over;
    expect(ended).toEqual(['a', 'b']);
    expect(onOver).toHaveBeenCalledTimes(1);
  });
});
