import type { DecodedRecord } from 'kafkajs/src/protocol/recordBatch/v0/decoder';
import { AbortedTransactions } from '../AbortedTransactions';

/**
 * Marks the records of aborted transactions as what kafkajs shows to nobody.
 *
 * It would do so by itself, were it not that it takes the list for sorted by
 * where the transactions begin, one of them for each record, and any record
 * for their end whose key is four zeros.
 */
export function hideAborted(
  records: readonly DecodedRecord[],
  aborted: ReadonlyArray<{ producerId: string; firstOffset: string }>,
): void {
  if (aborted.length === 0) {
    return;
  }
  const transactions = new AbortedTransactions(
    aborted.map(({ producerId, firstOffset }) => ({
      producerId: BigInt(producerId),
      firstOffset: BigInt(firstOffset),
    })),
  );
  for (const record of records) {
    transactions.advanceTo(BigInt(record.offset));
    const producerId = BigInt(record.batchContext.producerId);
    if (record.isControlRecord) {
      transactions.end(producerId, record.key);
    } else if (
      record.batchContext.inTransaction &&
      transactions.isAborting(producerId)
    ) {
      record.isControlRecord = true;
    }
  }
}
