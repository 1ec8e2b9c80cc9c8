/** Of one queue, however few there are. */
const MAX_BYTES_PER_QUEUE = 32 * 1024 * 1024;
/** Of all queues of an engine. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Enough for a queue to go on, however many there are. */
const MIN_BYTES_PER_QUEUE = 256 * 1024;

/** Shares the memory for records among the queues of an engine. */
export class MemoryBudget {
  #bytes = 0;
  #queues = 0;

  /** Bytes of all records that are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes that one queue may hold now: less when all together hold much. */
  get bytesForQueue(): number {
    return this.#bytes < MAX_BYTES / 2
      ? MAX_BYTES_PER_QUEUE
      : Math.max(
          MIN_BYTES_PER_QUEUE,
          Math.min(MAX_BYTES_PER_QUEUE, MAX_BYTES / Math.max(1, this.#queues)),
        );
  }

  /** Counts bytes that are held from now on, or, if negative, no more. */
  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Counts a queue that shares the memory; to be called again with -1 when it stops. */
  addQueues(count: 1 | -1): void {
    this.#queues += count;
  }
}
