import { aTrial } from '../__testUtils__/fixtures';
import {
  NOTHING_TRIED,
  summarize,
  withTrial,
  type BackTestTrial,
} from './backTest';

const trial = (overrides: Parameters<typeof aTrial>[0] = {}) => ({
  ...aTrial(overrides),
  versionRef: 'latest',
});
const answer = (data: string) => ({
  answer: { size: data.length, encoding: 'utf8' as const, data },
});
const places = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ partition: 0, offset: `${i}` }));
const tallyOf = (trials: Array<BackTestTrial | undefined>) =>
  trials.reduce(withTrial, NOTHING_TRIED);
const [place] = places(1);
/** With one version. */
const alone = (overrides: Parameters<typeof aTrial>[0]) => ({
  ...{ place, first: trial(overrides) },
});

describe('what records came to', () => {
  it('counts what was accepted, and why the others were not', () => {
    const refused = { outcome: 'refused', reason: '422' } as const;
    const failed = { outcome: 'retried', reason: '503' } as const;
    const { done, gone, first, second } = tallyOf([
      alone({ latencyMs: 30 }),
      alone({ ...failed, latencyMs: 10 }),
      alone({ ...refused, latencyMs: 20 }),
      undefined,
      alone({ ...refused, latencyMs: 40 }),
    ]);
    expect({ done, gone, second }).toEqual({ done: 5, gone: 1 });
    expect(first).toMatchObject({ tried: 4, accepted: 1, otherReasons: 0 });
    expect(first && summarize(first)).toEqual({
      reasons: [
        { reason: '422', count: 2 },
        { reason: '503', count: 1 },
      ],
      ...{ p50: 20, p99: 40 },
    });
  });

  it('takes percentiles by the nearest rank, of what was sent', () => {
    const { first } = tallyOf(
      Array.from({ length: 100 }, (_, i) => alone({ latencyMs: 100 - i })),
    );
    expect(first && summarize(first)).toMatchObject({ p50: 50, p99: 99 });
    const unsent = { request: { url: '', headers: [], size: 0 }, latencyMs: 0 };
    const { first: none } = tallyOf([
      alone({ ...unsent, outcome: 'paused', reason: 'not allowed' }),
    ]);
    expect(none && summarize(none)).toEqual({
      reasons: [{ reason: 'not allowed', count: 1 }],
    });
  });

  it('does not tell apart what is said anew of each record', () => {
    const { first } = tallyOf(
      Array.from({ length: 1_000 }, (_, i) =>
        alone({ outcome: 'refused', reason: `no ${i % 500}` }),
      ),
    );
    expect(first?.reasons.size).toBe(20);
    expect(first?.reasons.get('no 7')).toBe(2);
    expect(first?.otherReasons).toBe(960);
  });

  it('finds other outcomes, statuses and answers', () => {
    const same = { place, first: trial(), second: trial({ latencyMs: 9 }) };
    const outcome = {
      ...{ place, first: trial() },
      second: trial({ outcome: 'refused', reason: '/error' }),
    };
    const status = { place, first: trial(), second: trial({ status: 201 }) };
    const said = {
      ...{ place, first: trial(answer('a')), second: trial(answer('b')) },
    };
    const { differing, differences, second } = tallyOf([
      ...[same, outcome, status, said],
    ]);
    expect(differing).toBe(3);
    expect(differences).toEqual([outcome, status, said]);
    expect(second).toMatchObject({ tried: 4, accepted: 3 });
  });

  it('keeps the first differences, and counts them all', () => {
    const { differing, differences } = tallyOf(
      places(1_000).map(at => ({
        place: at,
        ...{ first: trial(answer('a')), second: trial(answer('b')) },
      })),
    );
    expect(differing).toBe(1_000);
    expect(differences.map(difference => difference.place)).toEqual(places(50));
  });
});
