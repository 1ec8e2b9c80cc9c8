import type { fetchV17, KafkaRecord, RecordsBatch } from '@platformatic/kafka';
import { AbortedTransactions } from '../AbortedTransactions';
import type { BrokerRecord, RecordBatch } from '../BrokerDriver';

const IS_LOG_APPEND_TIME = 1 << 3;
const IS_TRANSACTIONAL = 1 << 4;
const IS_CONTROL = 1 << 5;
const EMPTY = Buffer.alloc(0);

type FetchedPartition = fetchV17.FetchResponsePartition;

/**
 * What a read of a partition gave, without the records of transactions that
 * were aborted; undefined if nothing at all. The library's own filter forgets
 * all but the last of a producer's aborted transactions.
 */
export function toRecordBatch(
  fetched: FetchedPartition,
  fetchedFrom: bigint,
): RecordBatch | undefined {
  const partition = fetched.partitionIndex;
  const transactions = new AbortedTransactions(
    fetched.abortedTransactions ?? [],
  );
  const records: BrokerRecord[] = [];
  let nextOffset = fetchedFrom;
  for (const batch of fetched.records ?? []) {
    nextOffset = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
    if (isShown(batch, transactions)) {
      for (const record of batch.records) {
        const offset = batch.firstOffset + BigInt(record.offsetDelta);
        // A batch comes whole, also where reading begins within it.
        if (offset >= fetchedFrom) {
          records.push(toRecord(partition, offset, record, batch));
        }
      }
    }
  }
  return nextOffset <= fetchedFrom
    ? undefined
    : {
        partition,
        fetchedFrom,
        records,
        nextOffset,
        highWatermark: fetched.highWatermark,
      };
}

/** To be asked once for each batch, in order. */
function isShown(
  {
    attributes,
    firstOffset,
    lastOffsetDelta,
    producerId,
    records,
  }: RecordsBatch,
  transactions: AbortedTransactions,
): boolean {
  transactions.advanceTo(firstOffset + BigInt(lastOffsetDelta));
  if (attributes & IS_CONTROL) {
    transactions.end(producerId, records.at(0)?.key);
    return false;
  }
  return !(
    attributes & IS_TRANSACTIONAL && transactions.isAborting(producerId)
  );
}

function toRecord(
  partition: number,
  offset: bigint,
  record: KafkaRecord,
  batch: RecordsBatch,
): BrokerRecord {
  return {
    partition,
    offset,
    timestamp: Number(
      batch.attributes & IS_LOG_APPEND_TIME
        ? batch.maxTimestamp
        : batch.firstTimestamp + record.timestampDelta,
    ),
    key: record.key,
    value: record.value,
    headers: record.headers.map(
      ([name, value]) => [name?.toString() ?? '', value ?? EMPTY] as const,
    ),
  };
}
