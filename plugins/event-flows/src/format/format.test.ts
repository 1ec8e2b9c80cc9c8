import { cutMiddle } from './cutMiddle';
import { hostOf } from './hostOf';
import {
  formatApproximate,
  formatBytes,
  formatCount,
  formatOffset,
  formatRate,
} from './numbers';
import {
  formatDuration,
  formatMoment,
  formatRelative,
  formatSince,
} from './time';

const NOW = Date.parse('2026-11-25T12:00:00Z');

describe('numbers', () => {
  it('separates thousands', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
  });

  it.each([
    ['0', '0'],
    ['812', '812'],
    ['8812', '8,812'],
    ['9223372036854775807', '9,223,372,036,854,775,807'],
  ])('separates the thousands of the offset %s', (offset, text) => {
    expect(formatOffset(offset)).toBe(text);
  });

  it.each([
    [812, '812'],
    [12_345, '12k'],
    [4_812_345, '4.8M'],
  ])('rounds %s to %s', (value, text) => {
    expect(formatApproximate(value)).toBe(text);
  });

  it('keeps a digit where it matters', () => {
    expect([formatRate(3.25), formatRate(42.5)]).toEqual(['3.3', '43']);
  });

  it('writes sizes in their unit', () => {
    expect([formatBytes(0), formatBytes(1_073_741_824)]).toEqual([
      '0 bytes',
      '1 GiB',
    ]);
  });
});

describe('times', () => {
  it('are relative to now, and never in the future', () => {
    expect(formatRelative('2026-11-25T11:55:00Z', NOW)).toBe('5 minutes ago');
    expect(formatRelative('2026-11-25T12:00:04Z', NOW)).toBe('just now');
  });

  it('to come have the date where the day of the week does not do', () => {
    const at = (days: number) =>
      new Date(NOW + days * 24 * 60 * 60_000).toISOString();
    expect(formatMoment(at(2), NOW)).toMatch(/^Fri \d\d:\d\d$/);
    expect(formatMoment(at(7), NOW)).toMatch(/^Wed 2 Dec 2026, \d\d:\d\d$/);
  });

  it('say how long something has lasted', () => {
    expect(formatSince('2026-11-25T11:55:00Z', NOW)).toBe('5 min');
    expect(formatDuration(604_800_000)).toBe('7 days');
    expect(formatDuration(3_600_000)).toBe('1 hour');
    expect(formatDuration(5)).toBe('less than a second');
  });
});

describe('names', () => {
  it('are cut in the middle only where they are too long', () => {
    expect(cutMiddle('orders', 10)).toBe('orders');
    expect(cutMiddle('com.example.orders.v2', 11)).toBe('com.e…rs.v2');
  });

  it('of endpoints are their hosts', () => {
    expect(hostOf('https://a.example.com:8443/x')).toBe('a.example.com:8443');
  });
});
