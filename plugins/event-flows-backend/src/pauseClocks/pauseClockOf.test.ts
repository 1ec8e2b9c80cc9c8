import { pauseClockOf } from './pauseClockOf';

const HOUR = 60 * 60_000;
const none = { partition: 0, records: 0, deleted: 0 };
const time = (hours: number) =>
  new Date(Date.UTC(2026, 0, 1) + hours * HOUR).toISOString();
const waiting = (partition: number, hours: number) => ({
  ...{ partition, records: 5, deleted: 0, firstAt: time(hours) },
});

describe('the pause clock of a queue', () => {
  it('runs out with the partition whose first unread record is oldest', () => {
    const partitions = [none, waiting(1, 3), waiting(2, 2)];
    expect(pauseClockOf({ retentionMs: 24 * HOUR, partitions })).toEqual({
      ...{ deletedFrom: time(26), retentionMs: 24 * HOUR },
      ...{ deleted: 0, isSizeLimited: false },
    });
  });

  it('counts what is gone, also when nothing is left to be deleted', () => {
    const partitions = [
      { ...none, deleted: 1_200 },
      { ...none, partition: 1, deleted: 4 },
    ];
    expect(pauseClockOf({ retentionMs: HOUR, partitions })).toEqual({
      ...{ retentionMs: HOUR, deleted: 1_204, isSizeLimited: false },
    });
  });

  it('is none where nothing is unread, or nothing is ever deleted', () => {
    const limits = { retentionMs: HOUR, retentionBytes: 1 };
    expect(pauseClockOf({ ...limits, partitions: [none] })).toBe(undefined);
    expect(pauseClockOf({ partitions: [waiting(0, 1)] })).toBe(undefined);
  });

  it('says that a limit on the size may delete records earlier', () => {
    const partitions = [waiting(0, 1)];
    expect(pauseClockOf({ retentionBytes: 1, partitions })).toEqual({
      ...{ deleted: 0, isSizeLimited: true },
    });
  });

  it('names no moment that no calendar has', () => {
    const retentionMs = Number.MAX_SAFE_INTEGER;
    const partitions = [waiting(0, 1)];
    expect(pauseClockOf({ retentionMs, partitions })).toBe(undefined);
  });
});
