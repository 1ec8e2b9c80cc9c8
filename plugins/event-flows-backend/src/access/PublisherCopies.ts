import { ConflictError } from '@backstage/errors';
import {
  type CopiedPublisher,
  type CopyPublishers,
  eventFlowsAccessUpdatePermission,
  eventFlowsTopicReadPermission,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { ConnectionsService } from '../connections/ConnectionsService';
import type { Authorizer } from '../permissions/Authorizer';
import { audited, type Caller } from '../permissions/Caller';
import { requirePermissions } from '../permissions/rules';
import { type Checked, valueOf } from '../validation';
import type { PublishersStore } from './PublishersStore';

/**
 * Lets algorithms publish at another connection of the same cluster, also those
 * without a queue there that could take this access along when it moves.
 */
export class PublisherCopies {
  readonly #store: PublishersStore;
  readonly #connections: ConnectionsService;
  readonly #authorizer: Authorizer;
  readonly #now: () => number;

  constructor(options: {
    store: PublishersStore;
    connections: ConnectionsService;
    authorizer: Authorizer;
    now: () => number;
  }) {
    this.#store = options.store;
    this.#connections = options.connections;
    this.#authorizer = options.authorizer;
    this.#now = options.now;
  }

  /**
   * @returns where they may publish from now on and could not before
   * @throws NotFoundError if there is no such connection
   * @throws ConflictError if the other one is of another cluster, or an
   *   algorithm would read from a topic and publish to it
   */
  copy(
    caller: Caller,
    connectionId: string,
    input: Checked<CopyPublishers>,
  ): Promise<CopiedPublisher[]> {
    const { value } = input;
    const action = {
      eventId: 'publishers-copy',
      severityLevel: 'medium',
      meta: {
        connectionId,
        ...(value && {
          ...{ from: value.from, checkOnly: value.checkOnly === true },
        }),
      },
    } as const;
    return audited(caller, action, async () => {
      const to = await this.#connections.getReadable(caller, connectionId);
      await requirePermissions(
        this.#authorizer,
        caller,
        eventFlowsTopicReadPermission,
        eventFlowsAccessUpdatePermission,
      );
      const { from: fromId, checkOnly } = valueOf(input);
      const from = await this.#connections.getReadable(caller, fromId);
      if (to.clusterId === undefined || to.clusterId !== from.clusterId) {
        throw new ConflictError(
          `${to.name} is another cluster than ${from.name}; give the algorithms access to its topics there`,
        );
      }
      return checkOnly
        ? this.#store.listMissing({ from, to })
        : this.#store.copy(
            { from, to },
            { by: caller.ref, at: new Date(this.#now()).toISOString() },
          );
    });
  }
}
