import fc from 'fast-check';
import { backoffMs, parseRetryAfter } from './Backoff';

const NOW = Date.parse('2026-11-25T12:00:00Z');

describe('backoffMs', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('stays between a little and the ceiling, which doubles up to the maximum', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        random,
        (failures, value) => {
          const ceiling = Math.min(60_000, 500 * 2 ** (failures - 1));
          const waitMs = backoffMs(failures, () => value);
          expect(waitMs).toBeLessThanOrEqual(ceiling);
          expect(waitMs).toBeGreaterThanOrEqual(ceiling / 10);
        },
      ),
    );
  });

  it('spreads over all of it', () => {
    expect(backoffMs(3, () => 0)).toBe(200);
    expect(backoffMs(3, () => 0.5)).toBe(1_100);
    expect(backoffMs(3, () => 0.999999)).toBe(2_000);
  });
});

describe('parseRetryAfter', () => {
  it.each([
    ['1', 1_000],
    [' 120 ', 120_000],
    ['999999', 300_000],
    ['Wed, 25 Nov 2026 12:00:30 GMT', 30_000],
    ['Wednesday, 25-Nov-26 12:00:30 GMT', 30_000],
    ['Fri, 25 Nov 2050 12:00:00 GMT', 300_000],
    ['Wed, 25 Nov 2026 11:00:00 GMT', undefined],
    ['0', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['soon', undefined],
    ['2026', 300_000],
    ['', undefined],
    [undefined, undefined],
  ])('reads %p as %p', (header, expected) => {
    expect(parseRetryAfter(header, NOW)).toBe(expected);
  });

  it('makes nothing dangerous of anything', () => {
    fc.assert(
      fc.property(fc.string(), header => {
        const waitMs = parseRetryAfter(header, NOW) ?? 1;
        expect(waitMs).toBeGreaterThan(0);
        expect(waitMs).toBeLessThanOrEqual(300_000);
      }),
    );
  });
});
