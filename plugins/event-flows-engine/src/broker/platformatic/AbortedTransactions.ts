import type { fetchV17, RecordsBatch } from '@platformatic/kafka';

const IS_TRANSACTIONAL = 1 << 4;
const IS_CONTROL = 1 << 5;
const ABORT_MARKER = 0;

type AbortedTransaction = fetchV17.FetchResponsePartitionAbortedTransaction;

/** Follows the producers through the batches of a read, as brokers list them. */
export class AbortedTransactions {
  readonly #coming: AbortedTransaction[];
  readonly #aborting = new Set<bigint>();

  constructor(aborted: AbortedTransaction[] | null) {
    this.#coming = [...(aborted ?? [])].sort((a, b) =>
      Number(a.firstOffset - b.firstOffset),
    );
  }

  /** To be asked once for each batch, in order. */
  isShown(batch: RecordsBatch): boolean {
    const lastOffset = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    while (
      this.#coming.length > 0 &&
      this.#coming[0].firstOffset <= lastOffset
    ) {
      const [{ producerId }] = this.#coming.splice(0, 1);
      this.#aborting.add(producerId);
    }
    if (batch.attributes & IS_CONTROL) {
      if (markerOf(batch) === ABORT_MARKER) {
        this.#aborting.delete(batch.producerId);
      }
      return false;
    }
    return !(
      batch.attributes & IS_TRANSACTIONAL &&
      this.#aborting.has(batch.producerId)
    );
  }
}

/** The key of a control record: a version and what it marks, two bytes each. */
function markerOf({ records }: RecordsBatch): number | undefined {
  const key = records.at(0)?.key;
  return key && key.length >= 4 ? key.readInt16BE(2) : undefined;
}
