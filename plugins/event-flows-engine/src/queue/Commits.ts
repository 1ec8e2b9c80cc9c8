import { visibleLine } from '@event-flows/backstage-plugin-event-flows-common';
import type { PositionCommitter } from './PositionCommitter';
import { MAX_REASON_LENGTH } from './words';

/**
 * Without a commit: half of a member's session. What is delivered from then on
 * would most likely be delivered again, by whoever gets the partitions.
 */
const OVERDUE_MS = 5_000;
const UNCOMMITTED =
  'Kafka has not taken the positions for some seconds; nothing further is sent until it does, so that little is repeated after a restart';

/**
 * What of a queue Kafka is known to have: since when all positions, and which
 * decisions of people that were carried out.
 */
export class Commits {
  #atMs = 0;
  /** Why the last commit failed; undefined: it did not, or waits for an answer. */
  #failure: string | undefined;
  /** Ids of decisions that are carried out, and not known to be committed yet. */
  #carriedOut: string[] = [];
  readonly #decided = new Set<string>();

  constructor(
    private readonly committer: PositionCommitter,
    private readonly now: () => number,
  ) {}

  /** A membership begins, or goes on with other partitions: nothing is due. */
  begin(): void {
    this.#atMs = this.now();
    this.#failure = undefined;
  }

  /** Why nothing further is to be sent, where Kafka has taken no position for too long. */
  get overdueBecause(): string | undefined {
    if (this.now() - this.#atMs <= OVERDUE_MS) {
      return undefined;
    }
    const why = this.#failure ? `: ${this.#failure}` : '';
    return visibleLine(UNCOMMITTED + why, MAX_REASON_LENGTH);
  }

  /** A decision is carried out. */
  carriedOut(id: string): void {
    this.#carriedOut.push(id);
  }

  /** They are open again: their partition was lost before anybody knew. */
  reopen(ids: readonly string[]): void {
    this.#carriedOut = this.#carriedOut.filter(id => !ids.includes(id));
  }

  /** Whether the decision is carried out, and Kafka knows of it. */
  isDecided(id: string): boolean {
    return this.#decided.has(id);
  }

  /**
   * Commits what is known now.
   *
   * @returns whether Kafka has all of it; not where the queue is no member
   * @throws what the consumer throws; the positions are then part of the next commit
   */
  async commit(): Promise<boolean> {
    const carriedOut = [...this.#carriedOut];
    try {
      if (!(await this.committer.commit())) {
        return false;
      }
    } catch (error) {
      this.#failure = (error as Error).message;
      throw error;
    }
    this.begin();
    // Those whose partition was lost meanwhile are somebody else's now.
    for (const id of carriedOut) {
      if (this.#carriedOut.includes(id)) {
        this.#decided.add(id);
      }
    }
    this.#carriedOut = this.#carriedOut.filter(id => !this.#decided.has(id));
    return true;
  }
}
