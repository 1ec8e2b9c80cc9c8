import type { Ordering } from '@event-flows/backstage-plugin-event-flows-common';
import { judge, type Happening } from './judge';
import { Ledger } from './Ledger';

/** Writes a run down: one partition, a log of "begin"s and answers. */
class Run {
  readonly ledger = new Ledger();
  #requests = 0;

  produced(offset: number, id = offset, key?: string) {
    this.ledger.acknowledge({ partition: 0, offset, id, key, at: 0 });
    return this;
  }

  deadLettered(offset: number, at: number) {
    this.ledger.deadLetter({ partition: 0, offset, at });
    return this;
  }

  skipped(offset: number, at: number) {
    this.ledger.skip({ partition: 0, offset }, at);
    return this;
  }

  begin(offset: number, id = offset) {
    return this.#log({ offset, id, at: 0 });
  }

  answer(offset: number, at: number, status = 200) {
    return this.#log({ offset, at, status });
  }

  delivered(offset: number, at: number) {
    return this.begin(offset).answer(offset, at);
  }

  committed(committed: number, at: number, metadata = '') {
    this.ledger.sample({ partition: 0, committed, at, metadata });
    return this;
  }

  judge(happenings: Happening[] = [], ordering: Ordering = 'partition') {
    return judge(this.ledger, happenings, ordering);
  }

  #log(entry: { offset: number; id?: number; at: number; status?: number }) {
    this.#requests += 1;
    this.ledger.append([{ partition: 0, request: this.#requests, ...entry }]);
    return this;
  }
}

const clean: Happening = {
  kind: 'clean',
  from: 10_000,
  to: 12_000,
  recoversFrom: 10_000,
  underWay: 32,
  blocked: new Set(),
};

describe('judge', () => {
  it('finds nothing wrong where nothing is', () => {
    const run = new Run().produced(0).produced(1);
    run.delivered(0, 10).delivered(1, 20).committed(1, 15).committed(2, 25);
    expect(run.judge()).toMatchObject({
      ...{ produced: 2, delivered: 2, deadLettered: 0, loss: 0 },
      ...{ duplicates: 0, duplicateBound: 0 },
      ...{ orderViolations: 0, committedTooFar: 0 },
    });
  });

  it('counts what is neither delivered nor dead-lettered as lost', () => {
    const run = new Run().produced(0).produced(1).produced(2).produced(3);
    run.delivered(0, 10).begin(1).answer(1, 20, 500).begin(3);
    run.deadLettered(2, 20);
    expect(run.judge()).toMatchObject({ loss: 2, deadLettered: 1 });
  });

  it('counts a record as lost that arrived with the body of another', () => {
    const run = new Run().produced(0).begin(0, 7).answer(0, 10);
    expect(run.judge()).toMatchObject({ loss: 1 });
  });

  it('counts each delivery and each dead letter beyond the first', () => {
    const run = new Run().produced(0).produced(1);
    run.delivered(0, 10).delivered(0, 20).delivered(0, 30).delivered(1, 40);
    run.deadLettered(1, 50);
    expect(run.judge()).toMatchObject({ duplicates: 3, delivered: 2 });
  });

  it('sees a record overtake another', () => {
    const run = new Run().produced(0).produced(1);
    run.begin(0).delivered(1, 10).answer(0, 20);
    expect(run.judge()).toMatchObject({ orderViolations: 1 });
  });

  it('counts what a person has skipped, and does not miss it', () => {
    const run = new Run().produced(0).produced(1);
    run.begin(0).answer(0, 10, 422).skipped(0, 20).delivered(1, 30);
    expect(run.judge()).toMatchObject({ loss: 0, skipped: 1, delivered: 1 });
  });

  it('sees a record overtake another of its key, where keys are in order', () => {
    const run = new Run().produced(0, 0, 'a').produced(1, 1, 'a');
    run.begin(0).delivered(1, 10).answer(0, 20);
    expect(run.judge([], 'key')).toMatchObject({ orderViolations: 1 });
    expect(run.judge([], 'none')).toMatchObject({ orderViolations: 0 });
  });

  it('lets a record overtake one of another key, where keys are in order', () => {
    const run = new Run().produced(0, 0, 'a').produced(1, 1, 'b').produced(2);
    run.begin(0).begin(1).delivered(2, 10).answer(0, 20).answer(1, 30);
    expect(run.judge([], 'key')).toMatchObject({ orderViolations: 0 });
    expect(run.judge()).toMatchObject({ orderViolations: 2 });
  });

  it('lets what is done be delivered again', () => {
    const run = new Run().produced(0).produced(1);
    run.delivered(0, 10).delivered(1, 20).delivered(0, 30).delivered(1, 40);
    expect(run.judge()).toMatchObject({ orderViolations: 0, duplicates: 2 });
  });

  it('sees a position that was committed before its records were done', () => {
    const run = new Run().produced(0).produced(1);
    run.delivered(0, 10).committed(2, 15).delivered(1, 20);
    expect(run.judge()).toMatchObject({ committedTooFar: 1 });
  });

  it.each([
    ['runs', 'AAEC'],
    ['bits', 'AQY'],
  ])(
    'sees a record named as done beside a position that was not, as %s',
    (_, done) => {
      const beside = JSON.stringify({ v: 1, r: 1, d: done, h: [] });
      const run = new Run().produced(0).produced(1).produced(2).produced(3);
      run.begin(0).delivered(1, 10).committed(0, 15, beside);
      run.delivered(2, 20).committed(0, 25, beside);
      expect(run.judge()).toMatchObject({ committedTooFar: 1 });
      run.answer(0, 40).delivered(3, 40).committed(4, 50);
      expect(run.judge()).toMatchObject({ loss: 0, committedTooFar: 1 });
    },
  );

  it('takes dead-lettered and skipped records for done, from then on', () => {
    const run = new Run().produced(0).produced(1);
    run.begin(0).answer(0, 10, 422).begin(1).answer(1, 10, 422);
    run.committed(1, 15).deadLettered(0, 20).committed(2, 25).skipped(1, 30);
    expect(run.judge()).toMatchObject({ committedTooFar: 2 });
    const later = new Run().produced(0).produced(1);
    later.deadLettered(0, 20).committed(1, 20).skipped(1, 30).committed(2, 35);
    expect(later.judge()).toMatchObject({ committedTooFar: 0 });
  });

  it('allows duplicates only after what is not clean: under way, and done since the last commit', () => {
    const run = new Run().produced(0).produced(1).produced(2);
    run.delivered(0, 7_000).delivered(1, 8_500).delivered(2, 11_000);
    expect(run.judge([clean]).duplicateBound).toBe(0);
    const ungraceful: Happening = { ...clean, kind: 'ungraceful' };
    expect(run.judge([ungraceful]).duplicateBound).toBe(32 + 2);
  });

  it('measures recovery by the first record that was produced afterwards', () => {
    const run = new Run().produced(0);
    run.delivered(0, 10_500);
    run.ledger.acknowledge({ partition: 0, offset: 1, id: 1, at: 10_100 });
    run.delivered(1, 13_000);
    expect(run.judge([clean]).recoverySeconds).toEqual([3]);
    const blocked = { ...clean, blocked: new Set([0]) };
    expect(run.judge([blocked]).recoverySeconds).toEqual([]);
  });

  it('takes no record for recovery that waits for its own lane', () => {
    const run = new Run();
    for (const [offset, key] of ['slow', 'quick'].entries()) {
      const id = offset;
      run.ledger.acknowledge({ partition: 0, offset, id, key, at: 10_100 });
    }
    run.delivered(0, 90_000).delivered(1, 11_000);
    expect(run.judge([clean]).recoverySeconds).toEqual([1]);
  });
});
