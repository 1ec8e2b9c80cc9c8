import { setTimeout as sleep } from 'node:timers/promises';
import type { ReplicasStore, RunsOf } from './ReplicasStore';
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
   * revision: none begins a request that it does not want.
   *
   * @returns false if one of them did not in time
   */
  waitFor(revision: number): Promise<boolean>;
  /** Whether every live replica follows it now. */
  hasApplied(revision: number): Promise<boolean>;
  /**
   * Waits until no live replica has anything of these under way. To be asked
   * when all follow a revision that does not want them.
   *
   * @returns false if one of them has when the time is over
   */
  waitForEnd(runs: RunsOf, withinMs?: number): Promise<boolean>;
  /** Whether no live replica has anything of these under way now. */
  haveEnded(runs: RunsOf): Promise<boolean>;
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

  waitFor(revision: number): Promise<boolean> {
    this.#trigger();
    return this.#until(() => this.hasApplied(revision), this.#waitMs);
  }

  async hasApplied(revision: number): Promise<boolean> {
    const replicas = await this.#store.listLive(liveSince(this.#now()));
    return replicas.every(replica => replica.appliedRevision >= revision);
  }

  waitForEnd(runs: RunsOf, withinMs = this.#waitMs): Promise<boolean> {
    return this.#until(() => this.haveEnded(runs), withinMs);
  }

  async haveEnded(runs: RunsOf): Promise<boolean> {
    return !(await this.#store.isReported(runs, liveSince(this.#now())));
  }

  async #until(
    holds: () => Promise<boolean>,
    withinMs: number,
  ): Promise<boolean> {
    const deadline = this.#now() + withinMs;
    while (!(await holds())) {
      if (this.#now() >= deadline) {
        return false;
      }
      await sleep(POLL_MS);
    }
    return true;
  }
}
