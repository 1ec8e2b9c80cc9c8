import type { Redeliver } from '@event-flows/backstage-plugin-event-flows-common';
import {
  aDeadLetter,
  aQueue,
  aRecord,
  aTrial,
} from '../__testUtils__/fixtures';
import { InMemoryEventFlows } from '../__testUtils__/InMemoryEventFlows';
import { responseError } from '../__testUtils__/responseError';
import { browserClock, CALL_EVERY_MS, CallPace } from '../api/CallPace';
import {
  type BatchAction,
  findOpenLetters,
  NOTHING_DONE,
  runLetterBatch,
  type Finding,
  type LetterTally,
} from './letterBatch';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const queueId = 'queue-reviews';

/** A backend with so many dead letters, and what is told of redelivering them. */
function begin(count: number) {
  const api = new InMemoryEventFlows({
    queues: [
      aQueue({
        settings: {
          ...{ startFrom: 'latest', ordering: 'key', concurrency: 8 },
          ...{ timeoutMs: 1_500, maxAttempts: 3, deadLetterTopic: 'dead' },
        },
      }),
    ],
  });
  api.deadLetters = Array.from({ length: count }, (_, i) =>
    aDeadLetter({
      ...{ offset: `${i}`, id: `${i}` },
      record: aRecord({ timestamp: new Date(i).toISOString() }),
    }),
  );
  const calls: Array<Redeliver & { at: number }> = [];
  const answer = api.redeliver.bind(api);
  const redeliver = jest
    .spyOn(api, 'redeliver')
    .mockImplementation(async (id, call) => {
      calls.push({ ...call, at: Date.now() });
      await browserClock.delay(100);
      return answer(id, call);
    });
  const controller = new AbortController();
  const { signal } = controller;
  const told = {
    finding: undefined as Finding | undefined,
    tally: NOTHING_DONE as LetterTally,
    holds: [] as number[],
    error: undefined as unknown,
    isOver: false,
  };
  const pace = new CallPace({
    ...{ everyMs: CALL_EVERY_MS, clock: browserClock },
    onHold: ms => told.holds.push(ms),
  });
  const find = () =>
    findOpenLetters(
      { queueId },
      {
        ...{ api, pace, signal },
        onFinding: finding => {
          told.finding = finding;
        },
      },
    );
  const run = async (action: BatchAction = 'redeliver') => {
    try {
      const letters = await find();
      await runLetterBatch(
        { action, queueId, versionRef: 'latest', letters },
        {
          ...{ api, pace, signal },
          onTally: tally => {
            told.tally = tally;
          },
        },
      );
    } catch (error) {
      told.error = error;
    }
    told.isOver = true;
  };
  return {
    api,
    redeliver,
    calls,
    told,
    find,
    run,
    stop: () => controller.abort(),
  };
}

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

describe('doing something about all dead letters', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('reaches every page, the oldest record first, and asks no more than it may', async () => {
    const { calls, told, run, api } = begin(450);
    void run();
    await pass(SECOND);
    expect(told.finding).toEqual({ found: 450, left: 0 });
    await pass(3 * MINUTE);
    expect(told).toMatchObject({ isOver: true, holds: [] });
    expect(told.error).toBeUndefined();
    expect(told.tally).toEqual({ done: 450, refused: 0, gone: 0 });
    expect(calls.map(({ offset }) => Number(offset))).toEqual(
      Array.from({ length: 450 }, (_, i) => i),
    );
    const inAMinute = calls.map(
      ({ at }) =>
        calls.filter(call => call.at >= at && call.at < at + MINUTE).length,
    );
    expect(Math.max(...inAMinute)).toBeLessThanOrEqual(240);
    expect(api.deadLetters.every(({ mark }) => mark)).toBe(true);
  });

  it('ends when it is told to, counts what was under way, and goes on later', async () => {
    const { calls, told, run, stop, api } = begin(100);
    void run();
    await pass(10 * SECOND);
    stop();
    await pass(MINUTE);
    expect(told.isOver).toBe(true);
    expect(told.error).toBeUndefined();
    const { done } = told.tally;
    expect(done).toBe(calls.length);
    expect(done).toBe(api.deadLetters.filter(({ mark }) => mark).length);
    const later = begin(0);
    later.api.deadLetters = api.deadLetters;
    const rest = later.find();
    await pass(SECOND);
    expect(await rest).toHaveLength(100 - done);
  });

  it('waits as long as the backend wants it to, and goes on', async () => {
    const { redeliver, told, run } = begin(10);
    const error = { name: 'TooManyRequestsError', message: 'too often' };
    redeliver.mockImplementationOnce(async () => {
      throw await responseError(429, error, { 'retry-after': '30' });
    });
    void run();
    await pass(29 * SECOND);
    expect(told).toMatchObject({ holds: [30 * SECOND], tally: NOTHING_DONE });
    await pass(MINUTE);
    expect(told).toMatchObject({ isOver: true, tally: { done: 10 } });
  });

  it('dismisses them instead, and sends nothing', async () => {
    const { redeliver, told, run, api } = begin(3);
    void run('dismiss');
    await pass(SECOND * 10);
    expect(told).toMatchObject({ isOver: true, tally: { done: 3 } });
    expect(api.deadLetters.map(({ mark }) => mark?.state)).toEqual([
      ...['dismissed', 'dismissed', 'dismissed'],
    ]);
    expect(redeliver).not.toHaveBeenCalled();
  });

  it('goes on where somebody else was faster', async () => {
    const { redeliver, told, run, api } = begin(3);
    redeliver.mockImplementationOnce(async (_id, { offset }) => {
      const by = 'user:default/nils';
      api.deadLetters = api.deadLetters.map(letter =>
        letter.offset === offset
          ? {
              ...letter,
              mark: { state: 'redelivered', at: new Date().toISOString(), by },
            }
          : letter,
      );
      const error = { name: 'ConflictError', message: 'It was redelivered' };
      throw await responseError(409, error);
    });
    void run();
    await pass(MINUTE);
    expect(told).toMatchObject({ isOver: true, tally: { done: 2, gone: 1 } });
    expect(told.error).toBeUndefined();
  });

  it('ends where a letter is open and may not be sent', async () => {
    const { redeliver, told, run } = begin(3);
    redeliver.mockImplementation(async () => {
      const message = 'Requests would now go elsewhere';
      throw await responseError(409, { name: 'ConflictError', message });
    });
    void run();
    await pass(MINUTE);
    expect(told).toMatchObject({
      ...{ isOver: true, tally: NOTHING_DONE },
      error: {
        body: { error: { message: 'Requests would now go elsewhere' } },
      },
    });
    expect(redeliver).toHaveBeenCalledTimes(1);
  });

  it('ends where the endpoint takes nothing from anybody', async () => {
    const { redeliver, told, run, calls } = begin(3);
    redeliver.mockResolvedValueOnce({
      ...{ ...aTrial(), versionRef: 'latest' },
      ...{ outcome: 'paused', reason: '401 from elsewhere' },
    });
    void run();
    await pass(MINUTE);
    expect(told).toMatchObject({
      ...{ isOver: true, error: { message: '401 from elsewhere' } },
    });
    expect(calls).toEqual([]);
  });

  it('counts what is gone, and ends with what cannot be done', async () => {
    const { redeliver, told, run } = begin(10);
    redeliver.mockImplementationOnce(async () => {
      const error = { name: 'NotFoundError', message: 'gone' };
      throw await responseError(404, error);
    });
    void run();
    await pass(SECOND);
    expect(told.tally).toMatchObject({ gone: 1 });
    redeliver.mockRejectedValueOnce(new Error('no'));
    await pass(MINUTE);
    expect(told).toMatchObject({ isOver: true, error: { message: 'no' } });
    expect(told.tally.done).toBeLessThan(9);
  });
});
