import type { HeldUpState } from './positionMetadata';
import { blockedStateOf, type QueueItem } from './QueueItem';

/**
 * Records of a partition that were held up when somebody else had it. They are
 * told to the next owner until they are done, also if nothing has become of
 * them here.
 */
export class InheritedRecords {
  /** Not received yet, by offset. */
  readonly #coming: Map<bigint, HeldUpState>;
  readonly #received = new Map<bigint, QueueItem>();
  /** Offsets not received yet, also of those that are tried anew. */
  readonly #failedBefore: Set<bigint>;

  /** @param isAnew - the queue was changed since: all is tried anew */
  constructor(heldUp: readonly HeldUpState[], { isAnew }: { isAnew: boolean }) {
    this.#failedBefore = new Set(heldUp.map(({ offset }) => offset));
    this.#coming = new Map(
      isAnew ? [] : heldUp.map(state => [state.offset, state]),
    );
  }

  /** Goes on with a record where the others had left it. */
  receive(item: QueueItem): QueueItem {
    const { offset } = item.record;
    if (this.#failedBefore.size > 0 && this.#failedBefore.delete(offset)) {
      // The others may have shown it.
      item.isShownAsFailed = true;
    }
    const before = this.#coming.size > 0 ? this.#coming.get(offset) : undefined;
    if (before) {
      this.#coming.delete(offset);
      this.#received.set(offset, item);
      item.attempts = before.attempts;
      item.firstFailedAtMs = before.firstFailedAtMs;
      item.blockedBecause = before.blocked?.because;
      item.lastFailure = before.blocked && {
        reason: before.blocked.because,
        ...{ status: before.blocked.status },
        versionRef: before.blocked.versionRef,
      };
    }
    return item;
  }

  /** The record is done. */
  forget({ record }: QueueItem): void {
    if (this.#received.size > 0) {
      this.#received.delete(record.offset);
    }
  }

  /** What comes only now is tried anew. */
  forgetComing(): void {
    this.#coming.clear();
  }

  /** All that the next owner has to know, in the order of offsets. */
  statesWith(heldUp: readonly HeldUpState[]): HeldUpState[] {
    const states = new Map(this.#coming);
    for (const [offset, item] of this.#received) {
      const { attempts, firstFailedAtMs, blockedBecause } = item;
      if (firstFailedAtMs !== undefined) {
        states.set(offset, {
          ...{ offset, attempts, firstFailedAtMs },
          blocked: blockedStateOf(item, blockedBecause),
        });
      }
    }
    heldUp.forEach(state => states.set(state.offset, state));
    return [...states.values()].sort((a, b) => Number(a.offset - b.offset));
  }
}
