import type { PauseClock } from '@event-flows/backstage-plugin-event-flows-common';
import type { UnreadRecords } from '@event-flows/engine';

/** The last moment that four digits of a year can name. */
const LAST_MS = Date.UTC(9999, 11, 31);

/**
 * When a topic deletes what a queue has not read. Kafka deletes whole segments,
 * when their youngest record is too old: not before this moment, and often later.
 *
 * @returns undefined if nothing is lost, and nothing will be
 */
export function pauseClockOf(unread: UnreadRecords): PauseClock | undefined {
  const { retentionBytes, partitions } = unread;
  const { retentionMs } = isForEver(unread.retentionMs) ? {} : unread;
  const deleted = sum(partitions.map(partition => partition.deleted));
  const deletedFrom =
    retentionMs === undefined
      ? undefined
      : earliest(
          partitions.map(({ firstAt }) => firstAt),
          retentionMs,
        );
  const isSizeLimited =
    retentionBytes !== undefined &&
    partitions.some(({ records }) => records > 0);
  return deletedFrom === undefined && deleted === 0 && !isSizeLimited
    ? undefined
    : {
        ...(deletedFrom !== undefined && { deletedFrom }),
        ...(retentionMs !== undefined && { retentionMs }),
        ...{ deleted, isSizeLimited },
      };
}

function earliest(
  times: ReadonlyArray<string | undefined>,
  retentionMs: number,
): string | undefined {
  const ends = times
    .filter(time => time !== undefined)
    .map(time => Date.parse(time) + retentionMs);
  const end = Math.min(...ends);
  return end <= LAST_MS ? new Date(end).toISOString() : undefined;
}

/** Kafka takes 64 bits of milliseconds, which no calendar does. */
function isForEver(retentionMs: number | undefined): boolean {
  return retentionMs !== undefined && retentionMs > LAST_MS;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
