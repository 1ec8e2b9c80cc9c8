import { aRecord, aTrial } from '../__testUtils__/fixtures';
import { differing, summarize } from './backTest';

const trial = (overrides: Parameters<typeof aTrial>[0] = {}) => ({
  ...aTrial(overrides),
  versionRef: 'latest',
});
const answer = (data: string) => ({
  answer: { size: data.length, encoding: 'utf8' as const, data },
});

describe('summarize', () => {
  it('counts what was accepted, and why the others were not', () => {
    const refused = { outcome: 'refused', reason: '422' } as const;
    const failed = { outcome: 'retried', reason: '503' } as const;
    expect(
      summarize([
        trial({ latencyMs: 30 }),
        trial({ ...failed, latencyMs: 10 }),
        trial({ ...refused, latencyMs: 20 }),
        trial({ ...refused, latencyMs: 40 }),
      ]),
    ).toEqual({
      accepted: 1,
      reasons: [
        { reason: '422', count: 2 },
        { reason: '503', count: 1 },
      ],
      ...{ p50: 20, p99: 40 },
    });
    expect(summarize([])).toEqual({ accepted: 0, reasons: [] });
  });

  it('takes percentiles by the nearest rank', () => {
    const trials = Array.from({ length: 100 }, (_, i) =>
      trial({ latencyMs: i + 1 }),
    );
    expect(summarize(trials)).toMatchObject({ p50: 50, p99: 99 });
  });
});

describe('differing', () => {
  it('finds other outcomes, statuses and answers', () => {
    const record = aRecord();
    const same = { record, first: trial(), second: trial({ latencyMs: 9 }) };
    const status = { record, first: trial(), second: trial({ status: 201 }) };
    const said = {
      record,
      first: trial(answer('a')),
      second: trial(answer('b')),
    };
    expect(differing([same, status, said, { record, first: trial() }])).toEqual(
      [status, said],
    );
  });
});
