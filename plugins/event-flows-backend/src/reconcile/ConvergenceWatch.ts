import { setTimeout as sleep } from 'node:timers/promises';
import type { ReplicasStore } from './ReplicasStore';
import { liveSince } from './StatusBoard';

/**
 * Milliseconds that a request waits for the replicas: longer than a dead one
 * counts as alive, so that a crash never stands in the way.
 */
const WAIT_MS = 18_000;

const POLL_MS = 100;

/** Makes every replica follow a change, and tells whether all of them do. */
export interface Convergence {
  /** Lets this replica follow at once; the others notice within a second. */
  announce(): void;
  /**
   * Waits until every live replica follows the desired state up to this
   * revision.
   *
   * @returns false if one of them did not in time
   */
  waitFor(revision: number): Promise<boolean>;
  /** Whether every live replica follows it now. */
  hasApplied(revision: number): Promise<boolean>;
}

/** {@link Convergence} as the replicas note it in the database. */
export class ConvergenceWatch implements Convergence {
  readonly #store: ReplicasStore;
  readonly #now: () => number;
  readonly #trigger: () => void;
  readonly #waitMs: number;

  constructor(options: {
    store: ReplicasStore;
    now: () => number;
    /** Lets this replica look at the desired state. */
    trigger: () => void;
    waitMs?: number;
  }) {
    this.#store = options.store;
    this.#now = options.now;
    this.#trigger = options.trigger;
    this.#waitMs = options.waitMs ?? WAIT_MS;
  }

  announce(): void {
    this.#trigger();
  }

  async waitFor(revision: number): Promise<boolean> {
    this.#trigger();
    const deadline = this.#now() + this.#waitMs;
    while (!(await this.hasApplied(revision))) {
      if (this.#now() >= deadline) {
        return false;
      }
      await sleep(POLL_MS);
    }
    return true;
  }

  async hasApplied(revision: number): Promise<boolean> {
    const replicas = await this.#store.listLive(liveSince(this.#now()));
    return replicas.every(replica => replica.appliedRevision >= revision);
  }
}
