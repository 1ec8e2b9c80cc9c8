import { judge, type Happening } from './judge';
import { Ledger } from './Ledger';

/** Writes a run down: one partition, a log of "begin"s and answers. */
class Run {
  readonly ledger = new Ledger();
  #requests = 0;

  produced(offset: number, id = offset) {
    this.ledger.acknowledge({ partition: 0, offset, id, at: 0 });
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

  committed(committed: number, at: number) {
    this.ledger.samples.push({ partition: 0, committed, at });
    return this;
  }

  judge(happenings: Happening[] = []) {
    return judge(this.ledger, happenings);
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
    run.ledger.deadLetter({ partition: 0, offset: 2 });
    expect(run.judge()).toMatchObject({ loss: 2, deadLettered: 1 });
  });

  it('counts a record as lost that arrived with the body of another', () => {
    const run = new Run().produced(0).begin(0, 7).answer(0, 10);
    expect(run.judge()).toMatchObject({ loss: 1 });
  });

  it('counts each delivery and each dead letter beyond the first', () => {
    const run = new Run().produced(0).produced(1);
    run.delivered(0, 10).delivered(0, 20).delivered(0, 30).delivered(1, 40);
    run.ledger.deadLetter({ partition: 0, offset: 1 });
    expect(run.judge()).toMatchObject({ duplicates: 3, delivered: 2 });
  });

  it('sees a record overtake another', () => {
    const run = new Run().produced(0).produced(1);
    run.begin(0).delivered(1, 10).answer(0, 20);
    expect(run.judge()).toMatchObject({ orderViolations: 1 });
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
  });
});
