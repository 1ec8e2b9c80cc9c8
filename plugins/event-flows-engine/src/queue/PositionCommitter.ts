import type { BrokerConsumer } from '../broker/BrokerDriver';
import type { HeldUpRecords } from './HeldUpRecords';
import type { PartitionState } from './PartitionState';

/** What committing depends on. */
export interface PositionCommitterOptions {
  /** Undefined: the queue is no member of its group. */
  consumer: () => BrokerConsumer | undefined;
  partitions: () => PartitionState[];
  heldUp: Pick<HeldUpRecords, 'statesOf'>;
  /** Of the queue as it is now. */
  revision: () => number;
}

/** Commits the positions below which everything is done, one commit after the other. */
export class PositionCommitter {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: PositionCommitterOptions) {}

  /**
   * Commits what is known now.
   *
   * @returns false: the queue is no member, and nothing was committed
   * @throws what the consumer throws; the positions are then part of the next commit
   */
  commit(): Promise<boolean> {
    const commit = this.#last.then(() => this.#commitNow());
    this.#last = commit.catch(() => {});
    return commit;
  }

  async #commitNow(): Promise<boolean> {
    const { consumer, partitions, heldUp, revision } = this.options;
    const member = consumer();
    if (!member) {
      return false;
    }
    const taken = partitions().flatMap(state => {
      const position = state.takePosition(heldUp.statesOf(state), revision());
      return position ? [{ state, position }] : [];
    });
    if (taken.length === 0) {
      return true;
    }
    await member.commit(
      taken.map(({ state: { partition }, position }) => ({
        partition,
        ...position,
      })),
    );
    taken.forEach(({ state, position }) => state.markCommitted(position));
    return true;
  }
}
