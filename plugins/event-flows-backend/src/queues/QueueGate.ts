import { NotAllowedError, NotFoundError } from '@backstage/errors';
import {
  eventFlowsQueueReadPermission,
  eventFlowsQueueUpdatePermission,
  eventFlowsRecordReadPermission,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Authorizer } from '../permissions/Authorizer';
import type { Caller } from '../permissions/Caller';
import type { QueueRecord, QueuesStore } from './QueuesStore';

/** Lets people get at the queues that they may see or change. */
export class QueueGate {
  readonly #store: QueuesStore;
  readonly #authorizer: Authorizer;

  constructor(options: { store: QueuesStore; authorizer: Authorizer }) {
    this.#store = options.store;
    this.#authorizer = options.authorizer;
  }

  /** @throws NotFoundError also if the caller may not see the queue */
  async getReadable(caller: Caller, id: string): Promise<QueueRecord> {
    const queue = await this.#store.get(id);
    if (!queue || !(await this.mayRead(caller, queue.algorithmRef))) {
      throw new NotFoundError('There is no such queue');
    }
    return queue;
  }

  /** Those of the queues that the caller may see, in the order of lists. */
  async filterReadable(
    caller: Caller,
    ids: readonly string[],
  ): Promise<QueueRecord[]> {
    const queues = await this.#store.list({ ids });
    const readable = await this.#authorizer.filterAlgorithms(
      caller.credentials,
      eventFlowsQueueReadPermission,
      queues.map(({ algorithmRef }) => algorithmRef),
    );
    return queues.filter(({ algorithmRef }) => readable.has(algorithmRef));
  }

  async mayRead(caller: Caller, algorithmRef: string): Promise<boolean> {
    return this.#may(caller, eventFlowsQueueReadPermission, algorithmRef);
  }

  /** @throws NotAllowedError */
  async assertUpdatable(
    caller: Caller,
    { algorithmRef }: QueueRecord,
  ): Promise<void> {
    if (
      !(await this.#may(caller, eventFlowsQueueUpdatePermission, algorithmRef))
    ) {
      throw new NotAllowedError(
        `You need the permission ${eventFlowsQueueUpdatePermission.name} for ${algorithmRef}; ask its owner`,
      );
    }
  }

  /** @throws NotAllowedError */
  async assertMayReadRecords(
    caller: Caller,
    { algorithmRef }: QueueRecord,
  ): Promise<void> {
    if (!(await this.mayReadRecords(caller, { algorithmRef }))) {
      throw new NotAllowedError(
        `You need the permission ${eventFlowsRecordReadPermission.name} for ${algorithmRef}; ask its owner, or whoever administers this portal`,
      );
    }
  }

  async mayReadRecords(
    caller: Caller,
    { algorithmRef }: Pick<QueueRecord, 'algorithmRef'>,
  ): Promise<boolean> {
    return this.#may(caller, eventFlowsRecordReadPermission, algorithmRef);
  }

  async #may(
    caller: Caller,
    permission: typeof eventFlowsQueueReadPermission,
    algorithmRef: string,
  ): Promise<boolean> {
    const allowed = await this.#authorizer.filterAlgorithms(
      caller.credentials,
      permission,
      [algorithmRef],
    );
    return allowed.has(algorithmRef);
  }
}
