/** A transaction of a read that was aborted, as brokers list them. */
interface AbortedTransaction {
  producerId: bigint;
  firstOffset: bigint;
}

const ABORT_MARKER = 0;

/** Follows the producers of a read, from offset to offset. */
export class AbortedTransactions {
  /** Brokers list them by where they end. */
  readonly #coming: AbortedTransaction[];
  readonly #aborting = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#coming = [...aborted].sort((a, b) =>
      Number(a.firstOffset - b.firstOffset),
    );
  }

  /** What comes up to there may be part of those that began by then. */
  advanceTo(offset: bigint): void {
    while (this.#coming.length > 0 && this.#coming[0].firstOffset <= offset) {
      const [{ producerId }] = this.#coming.splice(0, 1);
      this.#aborting.add(producerId);
    }
  }

  /** Whether what the producer sent in a transaction is part of one of them. */
  isAborting(producerId: bigint): boolean {
    return this.#aborting.has(producerId);
  }

  /** A control record of the producer, which ends its transaction. */
  end(producerId: bigint, key: Buffer | null | undefined): void {
    if (markerOf(key) === ABORT_MARKER) {
      this.#aborting.delete(producerId);
    }
  }
}

/** The key of a control record: a version and what it marks, two bytes each. */
function markerOf(key: Buffer | null | undefined): number | undefined {
  return key && key.length >= 4 ? key.readInt16BE(2) : undefined;
}
