import fc from 'fast-check';
import {
  RequestTimeoutError,
  type DispatchResult,
} from '../delivery/HttpDispatcher';
import type { HeldUpDecision } from '../types';
import { leftOf, wrongsOf } from './__testUtils__/invariants';
import { LoopWorld } from './__testUtils__/LoopWorld';

jest.setTimeout(60_000);

const PARTITIONS = [0, 1, 2];
/** Longer than any retry, probe or write waits. */
const LONG_MS = 301_000;

const answered = (status: number, retryAfter?: string): DispatchResult => ({
  response: {
    status,
    retryAfter,
    body: Buffer.alloc(0),
    size: 0,
    truncated: false,
  },
});
const failed = (code: string): DispatchResult => ({
  error: Object.assign(new Error(code), { code }),
});

const RESULTS: Record<string, DispatchResult> = {
  taken: answered(200),
  refused: answered(422),
  misconfigured: answered(401),
  'not found': answered(404),
  conflict: answered(409),
  broken: answered(500),
  busy: answered(503, '30'),
  'no connection': failed('ECONNREFUSED'),
  'cut off': failed('ECONNRESET'),
  'timed out': { error: new RequestTimeoutError('no answer in time') },
  unsendable: failed('UND_ERR_INVALID_ARG'),
};

const pick = fc.nat(20);
const partition = fc.constantFrom(...PARTITIONS);
const result = fc.oneof(
  { weight: 3, arbitrary: fc.constant('taken') },
  { weight: 4, arbitrary: fc.constantFrom(...Object.keys(RESULTS)) },
);
const kind = <K extends string>(name: K) => ({ kind: fc.constant(name) });

const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      ...kind('append'),
      ...{ partition, gap: fc.nat(2) },
      key: fc.constantFrom(null, 'a', 'b'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ ...kind('read'), partition, atMost: fc.nat(4) }),
  },
  { weight: 8, arbitrary: fc.record({ ...kind('answer'), pick, result }) },
  {
    weight: 3,
    arbitrary: fc.record({ ...kind('endWrite'), pick, fails: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      ...kind('wait'),
      ms: fc.constantFrom(1, 300, 2_000, 60_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...kind('decide'),
      pick,
      action: fc.constantFrom<HeldUpDecision['action']>(
        ...(['retry', 'skip', 'dead-letter'] as const),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...kind('setTarget'),
      version: fc.constantFrom(1, 2, undefined),
      isEdit: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...kind('answerAtOnce'),
      result: fc.option(result, { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ ...kind('commit'), fails: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record(kind('leave')) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...kind('rebalance'),
      ...{ partition, count: fc.nat(3), partitions: fc.subarray(PARTITIONS) },
    }),
  },
  { weight: 1, arbitrary: fc.record(kind('fail')) },
  {
    weight: 1,
    arbitrary: fc.record({
      ...kind('deliverElsewhere'),
      ...{ partition, count: fc.nat(3) },
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      ...kind('join'),
      partitions: fc.subarray(PARTITIONS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...kind('restart'),
      drainMs: fc.constantFrom(0, 2_000),
    }),
  },
);

type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;

const world = fc.record({
  ordering: fc.constantFrom('partition', 'key', 'none'),
  concurrency: fc.integer({ min: 1, max: 3 }),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  deadLetterTopic: fc.constantFrom('dead', undefined),
});

/** Lets promises go their way; only timers are faked. */
const soon = () => new Promise(resolve => setImmediate(resolve));

async function take(each: Event, on: LoopWorld) {
  switch (each.kind) {
    case 'append':
      on.cluster.append(each.partition, each);
      break;
    case 'read':
      on.read(each.partition, each.atMost);
      break;
    case 'answer':
      on.endpoint.requests[each.pick % on.endpoint.requests.length]?.settle(
        RESULTS[each.result],
      );
      break;
    case 'endWrite':
      on.deadLetters.writes[each.pick % on.deadLetters.writes.length]?.end(
        each.fails ? new Error('not enough replicas') : undefined,
      );
      break;
    case 'wait':
      jest.advanceTimersByTime(each.ms);
      break;
    case 'decide':
      on.decide(each.pick, each.action);
      break;
    case 'setTarget':
      on.setTarget(each.version, each.isEdit);
      break;
    case 'answerAtOnce':
      on.endpoint.answerAtOnce = RESULTS[each.result ?? ''];
      break;
    case 'commit':
      await on.commit(each.fails);
      break;
    case 'leave':
      await on.leave();
      break;
    case 'rebalance':
      await on.leave();
      on.deliverElsewhere(each.partition, each.count);
      on.join(each.partitions);
      break;
    case 'fail':
      on.fail();
      break;
    case 'deliverElsewhere':
      on.deliverElsewhere(each.partition, each.count);
      break;
    case 'join':
      on.join(each.partitions);
      break;
    default:
      await on.restart(each.drainMs);
  }
  await soon();
}

/** All goes well from now on, for as long as that changes anything. */
async function letAllGoWell(on: LoopWorld) {
  on.endpoint.answerAtOnce = RESULTS.taken;
  let left: string[];
  do {
    left = leftOf(on);
    [...on.endpoint.requests].forEach(({ settle }) => settle(RESULTS.taken));
    [...on.deadLetters.writes].forEach(({ end }) => end());
    await soon();
    PARTITIONS.forEach(each => on.read(each, 100));
    jest.advanceTimersByTime(LONG_MS);
    await soon();
    expect(wrongsOf(on)).toEqual([]);
  } while (leftOf(on).length < left.length || on.deadLetters.writes.length > 0);
}

describe('DeliveryLoop, whatever happens', () => {
  beforeEach(() => {
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'],
    });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('keeps order and counts, loses nothing, and does not stand still', async () => {
    await fc.assert(
      fc.asyncProperty(
        world,
        fc.array(event, { maxLength: 150, size: 'max' }),
        async (settings, events) => {
          const on = new LoopWorld(PARTITIONS, settings);
          on.join(PARTITIONS);
          for (const each of events) {
            await take(each, on);
            expect(wrongsOf(on)).toEqual([]);
          }
          if (on.queue.target.kind === 'unavailable') {
            on.setTarget(1, false);
          }
          on.join(PARTITIONS);
          await letAllGoWell(on);
          // What waits for a person still does, and nothing else.
          expect(leftOf(on).filter(why => why !== 'blocked')).toEqual([]);
          on.setTarget(1, true);
          await letAllGoWell(on);
          expect(leftOf(on)).toEqual([]);
          expect(on.loop.counters.inFlight).toBe(0);
          expect(on.budget.bytes).toBe(0);
          expect(jest.getTimerCount()).toBe(0);
          await on.loop.stop(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});
