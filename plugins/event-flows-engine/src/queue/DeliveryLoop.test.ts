import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
import { AddressPolicy } from '../address/AddressPolicy';
import type { AssignedPartition, BrokerRecord } from '../broker/BrokerDriver';
import { AnswerWriter } from '../delivery/AnswerWriter';
import type { DeadLetterWriter } from '../delivery/DeadLetterWriter';
import type {
  DispatchResult,
  HttpDispatcher,
} from '../delivery/HttpDispatcher';
import type { DeliveryTarget, DesiredQueue, HeldUpDecision } from '../types';
import { Observations } from '../observe/Observations';
import { DeliveryLoop } from './DeliveryLoop';
import { HeldPartitions } from './HeldPartitions';
import { MemoryBudget } from './MemoryBudget';
import {
  decodePositionMetadata,
  encodePositionMetadata,
} from './positionMetadata';

const versionTarget = (name: string): DeliveryTarget => ({
  kind: 'version',
  versionRef: `component:default/${name}`,
  endpoint: `https://algorithms.example.com/${name}`,
});

function recordOf(partition: number, offset: number): BrokerRecord {
  const value = Buffer.from(`${partition}:${offset}`);
  return {
    ...{ partition, offset: BigInt(offset), timestamp: 0 },
    ...{ key: null, value, headers: [] },
  };
}

const assigned = (partition: number, committed = 0n): AssignedPartition => ({
  partition,
  committed,
  metadata: '',
});

/** What whoever had the partition before has committed beside position 0. */
const blockedAt = (...offsets: bigint[]) =>
  encodePositionMetadata(0n, {
    ...{ revision: 1, done: [] },
    heldUp: offsets.map(offset => ({
      ...{ offset, attempts: 1, firstFailedAtMs: 0 },
      blocked: {
        because: 'it was refused',
        status: 422,
        versionRef: 'component:default/a-1',
      },
    })),
  });

const skip = (partition: number, offset: string): HeldUpDecision => ({
  ...{ id: `skip ${partition}:${offset}`, partition, offset, action: 'skip' },
});

const deadLetter = (partition: number, offset: string): HeldUpDecision => ({
  ...{ id: 'dead-letter', partition, offset },
  ...{ action: 'dead-letter', deadLetterTopic: 'dead' },
});

/**
 * A loop between a dispatcher and a writer that are told when and how requests
 * and writes end: with real ones nobody decides about such moments.
 */
class Bench {
  readonly sent: Array<{ body: string; settle(result: DispatchResult): void }> =
    [];
  readonly writes: Array<{ end(error?: Error): void }> = [];
  readonly decided: string[] = [];
  readonly undecided: string[] = [];
  /** Answers at once; undefined: the test does. */
  answer: ((body: string) => number) | undefined;
  readonly loop: DeliveryLoop;
  readonly partitions: HeldPartitions;
  readonly budget = new MemoryBudget();

  constructor(settings: Partial<DesiredQueue['settings']> = {}) {
    const queue: DesiredQueue = {
      id: 'q',
      connection: { id: 'c', brokers: [] },
      topic: 't',
      groupId: 'g',
      algorithmRef: 'component:default/a',
      target: versionTarget('v1'),
      settings: { ...defaultQueueSettings, ...settings },
      revision: 1,
      decisions: [],
    };
    this.loop = new DeliveryLoop({
      queue,
      policy: new AddressPolicy({
        brokers: { allow: [] },
        endpoints: { allow: ['https://algorithms.example.com/'] },
      }),
      credentials: () => ({}),
      forwardHeaders: new Set(),
      dispatcher: { send: (...args) => this.#send(...args) } as HttpDispatcher,
      deadLetters: {
        write: () => this.#write(),
      } as unknown as DeadLetterWriter,
      attempts: new Observations(Date.now).of(queue.id),
      answers: new AnswerWriter(queue, () => {
        throw new Error('no queue of this bench has an output topic');
      }),
      now: Date.now,
      random: () => 0,
      randomHex: bytes => 'a'.repeat(bytes * 2),
      onDone: item => this.partitions.complete(item),
      onAllAnew: () => this.partitions.forgetHeldUp(),
      onDecided: ({ id }) => this.decided.push(id),
      onUndecided: ids => this.undecided.push(...ids),
    });
    this.partitions = new HeldPartitions({
      settings: queue.settings,
      budget: this.budget,
      revision: () => 1,
      resume: () => {},
      pause: () => {},
      onLost: state => this.loop.release(state),
    });
  }

  assign(...partitions: AssignedPartition[]) {
    this.loop.suspend();
    this.partitions.assign(partitions);
    this.loop.resume('cluster');
  }

  /** One read of a partition. */
  read(partition: number, ...offsets: number[]) {
    const records = offsets.map(offset => recordOf(partition, offset));
    const end = BigInt(Math.max(...offsets) + 1);
    this.partitions.receive(
      {
        ...{ partition, records, nextOffset: end, highWatermark: end },
        fetchedFrom: BigInt(offsets[0]),
      },
      item => this.loop.add(item),
    );
    this.loop.begin();
  }

  /** Ends the request that began last. */
  settle(status: number) {
    this.sent.at(-1)?.settle(responseOf(status));
  }

  /** Ends the request that began last without an answer. */
  fail(error: Error) {
    this.sent.at(-1)?.settle({ error });
  }

  bodies() {
    return this.sent.map(({ body }) => body);
  }

  /** What the next owner of a partition would be told, if it is news. */
  heldUpNext(partition: number) {
    const state = this.partitions.get(partition);
    const next = state?.takePosition(this.loop.heldUp.statesOf(state), 1);
    return next && decodePositionMetadata(next.offset, next.metadata)?.heldUp;
  }

  problems() {
    return this.loop.heldUp.list().map(({ problem }) => problem.phase);
  }

  #send(...[{ request }, settle]: Parameters<HttpDispatcher['send']>) {
    const body = String(request.body);
    this.sent.push({ body, settle });
    const { answer } = this;
    if (answer) {
      setImmediate(() => settle(responseOf(answer(body))));
    }
    return (error: Error) => settle({ error });
  }

  #write() {
    return new Promise<void>((resolve, reject) => {
      this.writes.push({ end: error => (error ? reject(error) : resolve()) });
    });
  }
}

function responseOf(status: number): DispatchResult {
  return {
    response: { status, body: Buffer.alloc(0), size: 0, truncated: false },
  };
}

const soon = () => new Promise(resolve => setImmediate(resolve));

describe('DeliveryLoop', () => {
  let bench: Bench;

  afterEach(() => bench.loop.stop(0));

  function until(what: string, condition: () => boolean) {
    return waitUntil(condition, { what, timeoutMs: 5_000, everyMs: 5 });
  }

  it('skips a record that an open circuit keeps waiting, when somebody says so', async () => {
    bench = new Bench();
    bench.answer = () => 404;
    bench.assign(assigned(0));
    bench.read(0, 0, 1);
    await until('the pause', () => bench.loop.open !== undefined);
    bench.loop.decide([skip(0, '0')]);
    expect(bench.loop.counters).toMatchObject({ skipped: 1, inFlight: 1 });
    expect(bench.decided).toEqual(['skip 0:0']);
    bench.answer = () => 200;
    await until('the next record', () => bench.loop.counters.delivered === 1);
  });

  it('skips a record that an open circuit keeps waiting, also if that was said while it was tried', async () => {
    bench = new Bench();
    bench.assign(assigned(0));
    bench.read(0, 0);
    bench.settle(500);
    await until('the next try', () => bench.sent.length === 2);
    bench.loop.decide([skip(0, '0')]);
    bench.settle(401);
    expect(bench.loop.counters).toMatchObject({ skipped: 1, inFlight: 0 });
    expect(bench.decided).toEqual(['skip 0:0']);
  });

  it('lets each lane try in turn how the endpoint is', async () => {
    bench = new Bench();
    bench.answer = () => 404;
    bench.assign(assigned(0));
    bench.read(0, 0);
    await until('the pause', () => bench.loop.open !== undefined);
    bench.answer = body => (body === '0:0' ? 404 : 200);
    bench.assign(assigned(0), assigned(1));
    bench.read(1, 0, 1);
    await until('the other lane', () => bench.loop.counters.delivered === 2);
    expect(bench.loop.open).toBeUndefined();
  });

  it('sets no timer for a probe while it has no record to try', async () => {
    bench = new Bench();
    bench.assign(assigned(0));
    bench.read(0, 0);
    bench.settle(401);
    expect(bench.loop.open).toMatchObject({ why: 'misconfigured' });
    const timers = jest.spyOn(globalThis, 'setTimeout');
    try {
      bench.assign();
      expect(timers).not.toHaveBeenCalled();
      bench.assign(assigned(0));
      bench.read(0, 0);
      expect(timers).toHaveBeenCalledTimes(1);
    } finally {
      timers.mockRestore();
    }
  });

  it('forgets what it knows of an endpoint when it is told to', () => {
    bench = new Bench();
    bench.assign(assigned(0));
    bench.read(0, 0);
    bench.settle(401);
    bench.assign();
    bench.loop.forgetEndpoint();
    expect(bench.loop.open).toBeUndefined();
  });

  it('keeps nothing of the read that a held-up record came with, but the record', () => {
    bench = new Bench({ maxAttempts: 1 });
    bench.assign(assigned(0));
    bench.read(0, 0);
    bench.settle(500);
    const [{ record }] = bench.loop.heldUp.list();
    const length = (record.key?.length ?? 0) + (record.value?.length ?? 0);
    expect(length).toBeGreaterThan(0);
    expect(record.value?.buffer.byteLength).toBe(length);
  });

  it('says in one short line what an endpoint says', () => {
    bench = new Bench({ maxAttempts: 1 });
    bench.assign(assigned(0));
    bench.read(0, 0);
    bench.fail(new Error(`over\r\n\u001b[2J\u202e${'x'.repeat(100_000)}`));
    const [{ problem }] = bench.loop.heldUp.list();
    for (const text of [
      problem.reason,
      bench.loop.statistics.lastError?.message,
    ]) {
      expect(text).toMatch(/over \[2J x+…/);
      expect(text?.length).toBeLessThan(1000);
    }
  });

  it('goes on after an error that nobody expected', () => {
    bench = new Bench();
    bench.assign(assigned(0));
    const boom = recordOf(0, 0);
    Object.defineProperty(boom, 'value', {
      get() {
        throw new RangeError('boom');
      },
    });
    expect(() => {
      bench.loop.add({
        ...{ partition: 0, lane: '0', record: boom },
        ...{ owner: bench.partitions.all[0], attempts: 0 },
        ...{ beganAtMs: undefined, latencyMs: undefined },
        receipt: 'none' as const,
        tracked: { offset: 0n, done: false },
        ...{ firstFailedAtMs: undefined, problem: undefined },
        ...{ blockedBecause: undefined, failure: undefined },
        ...{ lastFailure: undefined, isShownAsFailed: false },
        ...{ decision: undefined, abort: undefined, timer: undefined },
      });
      bench.loop.begin();
    }).toThrow('boom');
    bench.assign(assigned(0), assigned(1));
    bench.read(1, 0);
    expect(bench.bodies()).toEqual(['1:0']);
  });

  it('opens a decision again when it was in vain: the membership ended first', async () => {
    bench = new Bench();
    bench.assign(assigned(0));
    bench.read(0, 0);
    bench.settle(422);
    bench.loop.decide([skip(0, '0')]);
    expect(bench.loop.counters).toMatchObject({ skipped: 1 });
    bench.partitions.releaseAll();
    expect(bench.undecided).toEqual(['skip 0:0']);
    bench.assign(assigned(0));
    bench.read(0, 0);
    bench.settle(422);
    expect(bench.problems()).toEqual([]);
    expect(bench.decided).toEqual(['skip 0:0', 'skip 0:0']);
  });

  it('writes a dead letter again whose partition was away meanwhile', async () => {
    bench = new Bench();
    bench.assign(assigned(0));
    bench.read(0, 0);
    bench.settle(422);
    bench.loop.decide([deadLetter(0, '0')]);
    bench.assign();
    bench.writes[0].end(new Error('away'));
    await soon();
    bench.assign(assigned(0));
    bench.read(0, 0);
    bench.settle(422);
    expect(bench.writes).toHaveLength(2);
    bench.writes[1].end();
    await soon();
    expect(bench.decided).toEqual(['dead-letter']);
    expect(bench.loop.counters).toMatchObject({ deadLettered: 1, inFlight: 0 });
  });

  it('does not send what is on its way to the dead-letter topic, whatever changes', async () => {
    bench = new Bench();
    bench.assign(assigned(0));
    bench.read(0, 0, 1);
    bench.settle(422);
    bench.loop.decide([deadLetter(0, '0')]);
    bench.loop.setTarget(versionTarget('v2'));
    expect(bench.bodies()).toEqual(['0:0']);
    bench.writes[0].end();
    await soon();
    bench.settle(200);
    expect(bench.bodies()).toEqual(['0:0', '0:1']);
    expect(bench.loop.counters).toEqual({
      ...{ read: 2, delivered: 1, deadLettered: 1, skipped: 0, inFlight: 0 },
    });
    expect(bench.budget.bytes).toBe(0);
  });

  it('tries a record anew, and at once, when the target changes', () => {
    bench = new Bench();
    bench.assign(assigned(0));
    bench.read(0, 0);
    bench.settle(500);
    expect(bench.problems()).toEqual(['retrying']);
    bench.loop.setTarget(versionTarget('v2'));
    expect(bench.bodies()).toEqual(['0:0', '0:0']);
    expect(bench.problems()).toEqual([]);
  });

  it('tries anew also what others had blocked and what is read only after the change', () => {
    bench = new Bench({ ordering: 'none' });
    bench.assign({ ...assigned(0), metadata: blockedAt(0n, 1n) });
    bench.read(0, 0);
    expect(bench.problems()).toEqual(['blocked']);
    bench.loop.setTarget(versionTarget('v2'));
    bench.settle(200);
    bench.read(0, 1);
    expect(bench.bodies()).toEqual(['0:0', '0:1']);
  });

  it('tells the next owner also what was blocked before and is not read yet', () => {
    bench = new Bench({ ordering: 'none' });
    bench.assign({ ...assigned(0), metadata: blockedAt(0n, 1n) });
    bench.read(0, 0);
    bench.loop.decide([skip(0, '0')]);
    expect(bench.heldUpNext(0)).toMatchObject([{ offset: 1n, attempts: 1 }]);
  });

  it('tells the next owner the attempts of before while the next one is under way', () => {
    bench = new Bench({ ordering: 'none', deadLetterTopic: 'dead' });
    bench.assign({ ...assigned(0), metadata: blockedAt(1n) });
    bench.read(0, 0, 1);
    bench.sent[0].settle(responseOf(200));
    expect(bench.bodies()).toEqual(['0:0', '0:1']);
    expect(bench.heldUpNext(0)).toMatchObject([{ offset: 1n, attempts: 1 }]);
  });

  it('tells the next owner the attempts of a record whose dead letter is not acknowledged', () => {
    bench = new Bench({ deadLetterTopic: 'dead' });
    bench.assign(assigned(0));
    bench.read(0, 0);
    bench.settle(422);
    expect(bench.writes).toHaveLength(1);
    expect(bench.heldUpNext(0)).toMatchObject([{ offset: 0n, attempts: 1 }]);
  });

  it('tries with the new version what the old one refuses after the change', async () => {
    bench = new Bench({ deadLetterTopic: 'dead' });
    bench.assign(assigned(0));
    bench.read(0, 0);
    const [before] = bench.sent;
    bench.loop.setTarget(versionTarget('v2'));
    before.settle(responseOf(422));
    await soon();
    expect(bench.writes).toEqual([]);
    expect(bench.bodies()).toEqual(['0:0', '0:0']);
    bench.settle(200);
    expect(bench.loop.counters).toMatchObject({ delivered: 1, inFlight: 0 });
  });

  it('does not count for the new version what the old one takes after the change', async () => {
    bench = new Bench({ ordering: 'none', concurrency: 2, maxAttempts: 100 });
    bench.assign(assigned(0));
    bench.read(0, 0, 1, 2, 3, 4, 5, 6);
    const [old] = bench.sent;
    bench.loop.setTarget(versionTarget('v2'));
    bench.settle(503);
    for (let failures = 0; failures < 4; failures += 1) {
      bench.settle(503);
    }
    old.settle(responseOf(200));
    bench.settle(503);
    expect(bench.loop.open).toMatchObject({ why: 'failing' });
  });

  it('delivers the records of a topic that was created anew: Kafka has forgotten the position', () => {
    bench = new Bench();
    bench.assign(assigned(0));
    bench.read(0, 0);
    bench.settle(200);
    bench.assign({ ...assigned(0), committed: undefined });
    bench.read(0, 0, 1);
    bench.settle(200);
    bench.settle(200);
    expect(bench.bodies()).toEqual(['0:0', '0:0', '0:1']);
    expect(bench.partitions.get(0)?.position).toBe(2n);
  });

  it('goes by what others did beyond a position that has stayed', () => {
    bench = new Bench();
    bench.assign(assigned(0));
    bench.read(0, 0, 1, 2);
    // Another member had it meanwhile, and was held up by the same record.
    const metadata = encodePositionMetadata(0n, {
      ...{ revision: 1, done: [[1n, 3n]], heldUp: [] },
    });
    bench.assign({ ...assigned(0), metadata });
    bench.read(0, 0, 1, 2);
    bench.settle(200);
    expect(bench.bodies()).toEqual(['0:0', '0:0']);
    expect(bench.partitions.get(0)?.position).toBe(3n);
  });

  it('tells those who wait for what is under way that the last of it was lost', async () => {
    bench = new Bench();
    bench.assign(assigned(0));
    bench.read(0, 0);
    const idle = bench.loop.whenIdle(60_000).then(() => 'idle');
    bench.assign();
    expect(await Promise.race([idle, soon().then(() => 'waits')])).toBe('idle');
  });

  it('knows the position of a partition that had no record yet', () => {
    bench = new Bench();
    bench.assign(assigned(0, 600n));
    expect(bench.partitions.get(0)?.position).toBe(600n);
  });

  it('counts keys and headers among the bytes that it holds', () => {
    bench = new Bench();
    bench.assign(assigned(0));
    bench.loop.suspend();
    const record = {
      ...recordOf(0, 0),
      key: Buffer.alloc(10),
      headers: [['name', Buffer.alloc(20)] as const],
    };
    bench.partitions.receive(
      {
        ...{ partition: 0, fetchedFrom: 0n, records: [record] },
        ...{ nextOffset: 1n, highWatermark: 1n },
      },
      item => bench.loop.add(item),
    );
    expect(bench.budget.bytes).toBe(1_024 + 10 + 3 + 4 + 20);
  });

  describe('while the group is joined anew', () => {
    beforeEach(() => {
      jest.useFakeTimers({
        doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'],
      });
    });

    afterEach(() => jest.useRealTimers());

    /** A dead letter that could not be written, and would be tried again by now. */
    async function suspendWithWriteDue() {
      bench = new Bench({ deadLetterTopic: 'dead' });
      bench.assign(assigned(0));
      bench.read(0, 0);
      bench.settle(422);
      bench.writes[0].end(new Error('away'));
      await soon();
      bench.loop.suspend();
      jest.advanceTimersByTime(60_000);
    }

    it('writes no dead letter that failed before: what it came to might not be committed', async () => {
      await suspendWithWriteDue();
      expect(bench.writes).toHaveLength(1);
      bench.loop.resume('cluster');
      expect(bench.writes).toHaveLength(2);
    });

    it('does what was decided instead of what had become due', async () => {
      await suspendWithWriteDue();
      bench.loop.decide([skip(0, '0')]);
      bench.loop.resume('cluster');
      expect(bench.writes).toHaveLength(1);
      expect(bench.decided).toEqual(['skip 0:0']);
    });

    it('carries out no decision, but does so afterwards', async () => {
      bench = new Bench();
      bench.assign(assigned(0));
      bench.read(0, 0);
      bench.settle(422);
      bench.loop.suspend();
      bench.loop.decide([skip(0, '0')]);
      expect(bench.decided).toEqual([]);
      bench.loop.resume('cluster');
      expect(bench.decided).toEqual(['skip 0:0']);
    });
  });

  describe('when it takes hours', () => {
    const HOUR_S = 3_600;

    beforeEach(() => {
      jest.useFakeTimers({
        doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'],
      });
    });

    afterEach(() => jest.useRealTimers());

    /** Dead letters are acknowledged at once. */
    async function pass(seconds: number, everyStep = () => {}) {
      for (let passed = 0; passed < seconds; passed += 20) {
        jest.advanceTimersByTime(20_000);
        everyStep();
        await soon();
        bench.writes.splice(0).forEach(({ end }) => end());
        await soon();
      }
    }

    it('uses up no record of many lanes, however long the endpoint fails', async () => {
      bench = new Bench({
        ...{ ordering: 'none', maxAttempts: 2, deadLetterTopic: 'dead' },
      });
      bench.answer = () => 500;
      bench.assign(assigned(0));
      bench.read(0, 0, 1, 2, 3, 4, 5, 6, 7);
      await pass(2 * HOUR_S);
      expect(bench.loop.open).toMatchObject({ why: 'failing' });
      expect(bench.loop.counters).toMatchObject({ deadLettered: 0 });
      // Each had its turn, and can be decided about.
      expect(bench.problems()).toEqual(Array(8).fill('retrying'));
      bench.answer = () => 200;
      await pass(120);
      expect(bench.loop.counters).toMatchObject({ delivered: 8, inFlight: 0 });
    });

    it('uses up four records of a single lane at most, however long the endpoint fails', async () => {
      bench = new Bench({ maxAttempts: 3, deadLetterTopic: 'dead' });
      bench.answer = () => 500;
      bench.assign(assigned(0));
      bench.read(0, 0, 1, 2, 3, 4, 5, 6, 7);
      await pass(2 * HOUR_S);
      expect(bench.loop.counters).toMatchObject({ deadLettered: 4 });
      expect(bench.loop.open).toMatchObject({ why: 'failing' });
      expect(bench.problems()).toEqual(['retrying']);
      bench.answer = () => 200;
      await pass(120);
      expect(bench.loop.counters).toMatchObject({ delivered: 4, inFlight: 0 });
    });

    it.each(['none', 'partition'] as const)(
      'gives up a record that fails by itself, also as the probe (lanes by %s)',
      async ordering => {
        bench = new Bench({
          ...{ ordering, maxAttempts: 3, deadLetterTopic: 'dead' },
        });
        bench.answer = () => 401;
        bench.assign(assigned(0));
        bench.read(0, 0, 1, 2, 3, 4, 5, 6, 7);
        await pass(120);
        bench.answer = body => (body === '0:0' ? 500 : 200);
        await pass(600);
        expect(bench.loop.counters).toMatchObject({
          ...{ delivered: 7, deadLettered: 1, inFlight: 0 },
        });
      },
    );

    it('gives up a record that goes on to fail when the endpoint is well again', async () => {
      bench = new Bench({
        ...{ ordering: 'none', maxAttempts: 3, deadLetterTopic: 'dead' },
      });
      bench.answer = () => 500;
      bench.assign(assigned(0));
      bench.read(0, 0, 1, 2, 3, 4, 5, 6, 7);
      await pass(HOUR_S);
      bench.answer = body => (body === '0:5' ? 500 : 200);
      await pass(600);
      expect(bench.loop.counters).toMatchObject({
        ...{ delivered: 7, deadLettered: 1, inFlight: 0 },
      });
    });

    it.each(['none', 'partition'] as const)(
      'pauses before a record is given up because nothing is found (lanes by %s)',
      async ordering => {
        bench = new Bench({
          ...{ ordering, maxAttempts: 1, deadLetterTopic: 'dead' },
        });
        bench.answer = () => 404;
        bench.assign(assigned(0));
        bench.read(0, 0, 1, 2);
        await pass(HOUR_S);
        expect(bench.loop.open).toMatchObject({ why: 'misconfigured' });
        expect(bench.loop.counters).toMatchObject({ deadLettered: 0 });
        bench.answer = () => 200;
        await pass(120);
        expect(bench.loop.counters).toMatchObject({ delivered: 3 });
      },
    );

    it('gives up a record that is not found where others are taken', async () => {
      bench = new Bench({
        ...{ ordering: 'none', maxAttempts: 3, deadLetterTopic: 'dead' },
      });
      bench.answer = body => (body === '0:0' ? 404 : 200);
      bench.assign(assigned(0));
      let next = 0;
      await pass(600, () => {
        bench.read(0, next);
        next += 1;
      });
      expect(bench.loop.open).toBeUndefined();
      expect(bench.loop.counters).toMatchObject({
        ...{ deadLettered: 1, inFlight: 0 },
      });
    });
  });
});
