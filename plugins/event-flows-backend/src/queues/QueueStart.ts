import { ConflictError } from '@backstage/errors';
import {
  groupIdOf,
  type StartFrom,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { BrokerAccessReader } from '../connections/BrokerAccessReader';
import { CLUSTER_TIMEOUT_MS } from '../connections/clusterTimeout';
import type { LimitedAdmin } from '../connections/LimitedAdmin';
import type { Caller } from '../permissions/Caller';
import type { PositionsStore } from './PositionsStore';
import {
  type QueueRecord,
  type QueuesStore,
  queueChanged,
} from './QueuesStore';

/** Milliseconds for the cluster to take positions, and the database the queue. */
const CLAIM_MS = CLUSTER_TIMEOUT_MS + 5_000;

/**
 * Sets where a queue begins before it is enabled.
 *
 * Positions and the queue are stored in different places. For the first time,
 * therefore, one caller at a time does so: whoever is refused in the end would
 * otherwise have moved what another one has just enabled.
 */
export class QueueStart {
  readonly #queues: QueuesStore;
  readonly #positions: PositionsStore;
  readonly #access: BrokerAccessReader;
  readonly #admin: LimitedAdmin;
  readonly #now: () => number;

  constructor(options: {
    queues: QueuesStore;
    positions: PositionsStore;
    access: BrokerAccessReader;
    admin: LimitedAdmin;
    now: () => number;
  }) {
    this.#queues = options.queues;
    this.#positions = options.positions;
    this.#access = options.access;
    this.#admin = options.admin;
    this.#now = options.now;
  }

  /**
   * Sees to it that the queue has positions, and then enables it.
   *
   * @param enable - is given the claim that the queue is to be enabled with
   * @throws ConflictError if somebody else enables it at this moment, or reads
   * with its consumer group
   */
  async enable(
    caller: Caller,
    queue: QueueRecord,
    startFrom: StartFrom,
    enable: (startClaim: string | undefined) => Promise<unknown>,
  ): Promise<void> {
    if (queue.versionRef !== undefined) {
      await this.#ensurePositions(caller, queue, startFrom);
      await enable(undefined);
      return;
    }
    const claim = await this.#claim(queue);
    try {
      await this.#ensurePositions(caller, queue, startFrom);
      await enable(claim);
    } catch (error) {
      // Where that fails, too, it runs out by itself.
      await this.#queues.releaseStart(queue.id, claim).catch(() => {});
      throw error;
    }
  }

  async #claim({ id, revision }: QueueRecord): Promise<string> {
    const nowMs = this.#now();
    const until = new Date(nowMs + CLAIM_MS).toISOString();
    const at = new Date(nowMs).toISOString();
    if (await this.#queues.claimStart(id, { revision, until, at })) {
      return until;
    }
    if ((await this.#queues.get(id))?.revision !== revision) {
      throw queueChanged();
    }
    throw new ConflictError(
      'Somebody else is enabling this queue at this moment; try again in a moment',
    );
  }

  async #ensurePositions(
    caller: Caller,
    queue: QueueRecord,
    startFrom: StartFrom,
  ): Promise<void> {
    const { id, connection, topic, versionRef } = queue;
    const isSet = await this.#admin.for(caller).ensurePositions(
      await this.#access.get(connection.id),
      {
        ...{ groupId: groupIdOf(id), topic, startFrom },
        known: await this.#positions.of(id),
        isFirst: versionRef === undefined,
      },
      { timeoutMs: CLUSTER_TIMEOUT_MS, signal: caller.signal },
    );
    if (!isSet) {
      throw new ConflictError(
        'Somebody still reads with the consumer group of this queue, so it cannot be said where it begins; try again in a moment',
      );
    }
  }
}
