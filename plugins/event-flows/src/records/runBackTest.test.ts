import type { TryVersion } from '@event-flows/backstage-plugin-event-flows-common';
import { aQueue, aRecord } from '../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../__testUtils__/InMemoryEventFlows';
import { responseError } from '../__testUtils__/responseError';
import { NOTHING_TRIED, type BackTestTally } from './backTest';
import { runBackTest, type BackTestWish } from './runBackTest';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Milliseconds that a call takes. */
const CALL_MS = 400;

/** A backend that takes time, and what is told of a back-test with it. */
function begin(count: number, wish: Partial<BackTestWish> = {}) {
  const api = new InMemoryEventFlows({ queues: [aQueue()] });
  api.records = Array.from({ length: count }, (_, i) =>
    aRecord({ offset: `${i}` }),
  );
  const calls: Array<TryVersion & { at: number }> = [];
  const answer = api.tryVersion.bind(api);
  const attempt = jest
    .spyOn(api, 'tryVersion')
    .mockImplementation(async (id, call) => {
      calls.push({ ...call, at: Date.now() });
      await new Promise(resolve => setTimeout(resolve, CALL_MS));
      return answer(id, call);
    });
  const controller = new AbortController();
  const told = {
    total: undefined as number | undefined,
    tally: NOTHING_TRIED,
    holds: [] as number[],
    error: undefined as unknown,
    isOver: false,
  };
  const run = () =>
    runBackTest(
      {
        ...{ queueId: 'queue-reviews', limit: 1_000 },
        versionRefs: ['latest'],
        ...wish,
      },
      {
        ...{ api, signal: controller.signal },
        clock: {
          now: () => Date.now(),
          delay: ms => new Promise(resolve => setTimeout(resolve, ms)),
        },
        onFound: total => {
          told.total = total;
        },
        onTally: (tally: BackTestTally) => {
          told.tally = tally;
        },
        onHold: ms => told.holds.push(ms),
      },
    )
      .catch(error => {
        told.error = error;
      })
      .finally(() => {
        told.isOver = true;
      });
  return { api, attempt, calls, told, run, stop: () => controller.abort() };
}

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

describe('a back-test', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('tries a thousand records in a few minutes, and asks no more than it may', async () => {
    const { calls, told, run } = begin(1_100);
    void run();
    await pass(5 * MINUTE);
    expect(told).toMatchObject({ total: 1_000, isOver: true, holds: [] });
    expect(told.error).toBeUndefined();
    expect(told.tally.first).toMatchObject({ tried: 1_000, accepted: 1_000 });
    expect(new Set(calls.map(({ offset }) => offset)).size).toBe(1_000);
    expect(calls[0].offset).toBe('100');
    // Its own share of the 300 a minute that each person has.
    const inAMinute = calls.map(
      ({ at }) =>
        calls.filter(call => call.at >= at && call.at < at + MINUTE).length,
    );
    expect(Math.max(...inAMinute)).toBeLessThanOrEqual(240);
  });

  it('calls twice as often for two versions, and not faster', async () => {
    const versionRefs = ['latest', 'component:default/other'] as const;
    const { calls, told, run } = begin(100, { versionRefs });
    void run();
    await pass(40 * SECOND);
    expect(told.isOver).toBe(false);
    await pass(20 * SECOND);
    expect(told.isOver).toBe(true);
    expect(calls).toHaveLength(200);
    expect(told.tally.first?.tried).toBe(100);
    expect(told.tally.second?.tried).toBe(100);
  });

  it('goes on with what Latest meant at first', async () => {
    const { attempt, api, told, run } = begin(50);
    attempt.mockImplementation(async (_, { versionRef }) => ({
      ...api.trial,
      versionRef: versionRef === 'latest' ? 'version-1' : versionRef,
    }));
    void run();
    await pass(MINUTE);
    expect(told.tally.done).toBe(50);
    const refs = attempt.mock.calls.map(([, { versionRef }]) => versionRef);
    expect(new Set(refs.slice(4))).toEqual(new Set(['version-1']));
  });

  it('ends at once when it is cancelled, and counts nothing more', async () => {
    const { calls, told, run, stop } = begin(1_000);
    void run();
    await pass(10 * SECOND);
    const { tally } = told;
    expect(tally.done).toBeGreaterThan(30);
    const begun = calls.length;
    stop();
    await pass(MINUTE);
    expect(told).toMatchObject({ tally, isOver: true });
    expect(told.error).toBeUndefined();
    expect(calls).toHaveLength(begun);
  });

  it.each([
    ['as long as the backend wants it to', { 'retry-after': '30' }, 30],
    ['a while where it does not say how long', undefined, 10],
  ])('waits %s, and goes on', async (_, headers, seconds) => {
    const { attempt, told, run } = begin(20);
    const error = { name: 'TooManyRequestsError', message: 'too often' };
    attempt.mockImplementationOnce(async () => {
      throw await responseError(429, error, headers);
    });
    void run();
    await pass(seconds * SECOND - 100);
    expect(told.holds).toEqual([seconds * SECOND]);
    // What was under way meanwhile is counted.
    expect(told.tally.done).toBeLessThan(4);
    await pass(MINUTE);
    expect(told).toMatchObject({ isOver: true, tally: { done: 20 } });
    expect(attempt).toHaveBeenCalledTimes(21);
  });

  it('counts records that are gone, and ends where the queue is', async () => {
    const { api, attempt, told, run } = begin(20);
    const error = { name: 'NotFoundError', message: 'gone' };
    attempt.mockImplementationOnce(async () => {
      throw await responseError(404, error);
    });
    void run();
    await pass(2 * SECOND);
    expect(told.tally).toMatchObject({ gone: 1 });
    attempt.mockImplementation(async () => {
      throw await responseError(404, error);
    });
    api.queues = [];
    await pass(MINUTE);
    expect(told.isOver).toBe(true);
    expect(told.error).toMatchObject({ statusCode: 404 });
    expect(told.tally.done).toBeLessThan(20);
  });

  it('ends with the first failure, and keeps what came before', async () => {
    const { attempt, calls, told, run } = begin(100);
    void run();
    await pass(3 * SECOND);
    attempt.mockRejectedValueOnce(new Error('no'));
    await pass(3 * SECOND);
    expect(told).toMatchObject({ isOver: true, error: { message: 'no' } });
    expect(told.tally.done).toBeGreaterThan(5);
    const begun = calls.length;
    await pass(MINUTE);
    expect(calls).toHaveLength(begun);
  });
});
