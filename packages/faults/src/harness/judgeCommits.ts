import type { CommitSample, Ledger, RecordHistory } from './Ledger';
import { readPositionMetadata } from './positionMetadata';

/**
 * Samples in which a record was committed as done that was not: because the
 * position is beyond it, or because it is named beside the position.
 */
export function countCommittedTooFar(ledger: Ledger): number {
  const partitions = ledger.byPartition();
  return ledger.samples.filter(
    sample => !isTrue(sample, partitions.get(sample.partition) ?? []),
  ).length;
}

function isTrue(
  { at, committed, metadata }: CommitSample,
  partition: readonly RecordHistory[],
): boolean {
  const { done } = readPositionMetadata(committed, metadata);
  const isCommitted = (offset: number) =>
    offset < committed ||
    done.some(([from, to]) => offset >= from && offset < to);
  return partition
    .filter(({ acknowledged, offset }) => acknowledged && isCommitted(offset))
    .every(record => doneAt(record) <= at);
}

/** When it was done first, whichever way. */
function doneAt({ delivered, deadLettered, skipped }: RecordHistory): number {
  return Math.min(
    ...[delivered, deadLettered, skipped].map(each => each?.at ?? Infinity),
  );
}
