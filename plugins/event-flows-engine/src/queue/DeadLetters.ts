import type { DeadLetterWriter } from '../delivery/DeadLetterWriter';
import type { DesiredQueue } from '../types';
import { backoffMs } from './Backoff';
import type { QueueItem, Undeliverable } from './QueueItem';

/** A write that the cluster did not take. */
export interface FailedWrite {
  reason: string;
  /** Writes again; to be called after the time, unless something else becomes of the record. */
  retry: () => void;
  retryInMs: number;
}

/** What writing dead letters depends on. */
export interface DeadLettersOptions {
  queue: DesiredQueue;
  writer: DeadLetterWriter;
  now: () => number;
  random: () => number;
  /** All replicas in sync have the record. */
  onWritten: (item: QueueItem) => void;
  onFailed: (item: QueueItem, failure: FailedWrite) => void;
}

/** Writes records that cannot be delivered to a dead-letter topic. */
export class DeadLetters {
  readonly #writing = new Set<QueueItem>();

  constructor(private readonly options: DeadLettersOptions) {}

  /** Writes that have not ended. */
  get underWay(): number {
    return this.#writing.size;
  }

  /** Records whose writes have not ended. */
  get items(): Iterable<QueueItem> {
    return this.#writing;
  }

  isWriting(item: QueueItem): boolean {
    return this.#writing.has(item);
  }

  write(
    item: QueueItem,
    topic: string,
    failure: Undeliverable,
    tries = 1,
  ): void {
    const { queue, writer, now, random, onWritten, onFailed } = this.options;
    this.#writing.add(item);
    writer
      .write(topic, item.record, {
        group: queue.groupId,
        topic: queue.topic,
        algorithmRef: queue.algorithmRef,
        versionRef: failure.versionRef,
        status: failure.status,
        class: failure.class,
        message: messageOf(failure),
        attempts: item.attempts,
        firstFailedAtMs: item.firstFailedAtMs ?? now(),
      })
      .then(
        () => {
          this.#writing.delete(item);
          onWritten(item);
        },
        (error: Error) => {
          this.#writing.delete(item);
          onFailed(item, {
            reason: `${failure.reason}; the dead-letter topic could not be written: ${error.message}`,
            retry: () => this.write(item, topic, failure, tries + 1),
            retryInMs: backoffMs(tries, random),
          });
        },
      );
  }
}

/** Whoever reads it elsewhere wants to know what the endpoint said. */
function messageOf({ reason, answer }: Undeliverable): string {
  return answer === undefined ? reason : `${reason}: ${answer}`;
}
