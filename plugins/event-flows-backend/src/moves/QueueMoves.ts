import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  eventFlowsAccessUpdatePermission,
  eventFlowsConnectionReadPermission,
  groupIdOf,
  type MoveQueue,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { BrokerAccessReader } from '../connections/BrokerAccessReader';
import type { ConnectionsStore } from '../connections/ConnectionsStore';
import { CLUSTER_TIMEOUT_MS } from '../connections/clusterTimeout';
import type { LimitedAdmin } from '../connections/LimitedAdmin';
import type { Authorizer } from '../permissions/Authorizer';
import type { Caller } from '../permissions/Caller';
import { requirePermissions } from '../permissions/rules';
import { auditedQueue, type QueueEvent } from '../queues/auditedQueue';
import type { QueueGate } from '../queues/QueueGate';
import { type QueueRecord, queueChanged } from '../queues/QueuesStore';
import type { Convergence } from '../reconcile/ConvergenceWatch';
import { type Checked, valueOf } from '../validation';
import type { QueueMovesStore } from './QueueMovesStore';

/**
 * Moves queues between connections of one cluster. A queue's position is that
 * of its consumer group, which is called after the queue and lies in the
 * cluster: it stays where it is.
 */
export class QueueMoves {
  readonly #store: QueueMovesStore;
  readonly #connections: ConnectionsStore;
  readonly #gate: QueueGate;
  readonly #authorizer: Authorizer;
  readonly #access: BrokerAccessReader;
  readonly #admin: LimitedAdmin;
  readonly #convergence: Convergence;
  readonly #describe: (caller: Caller, id: string) => Promise<Queue>;
  readonly #now: () => number;

  constructor(options: {
    store: QueueMovesStore;
    connections: ConnectionsStore;
    gate: QueueGate;
    authorizer: Authorizer;
    access: BrokerAccessReader;
    admin: LimitedAdmin;
    convergence: Convergence;
    /** The queue as the caller sees it. */
    describe: (caller: Caller, id: string) => Promise<Queue>;
    now: () => number;
  }) {
    this.#store = options.store;
    this.#connections = options.connections;
    this.#gate = options.gate;
    this.#authorizer = options.authorizer;
    this.#access = options.access;
    this.#admin = options.admin;
    this.#convergence = options.convergence;
    this.#describe = options.describe;
    this.#now = options.now;
  }

  /**
   * @throws NotFoundError if there is no such queue or connection
   * @throws ConflictError if the connection is of another cluster, the queue
   *   would not work there, or was changed meanwhile
   */
  async move(
    caller: Caller,
    queueId: string,
    input: Checked<MoveQueue>,
  ): Promise<Queue> {
    const { value } = input;
    const event: QueueEvent = {
      eventId: 'queue-move',
      severityLevel: 'high',
      queueId,
      meta: value && {
        ...{ to: value.connectionId, checkOnly: value.checkOnly === true },
      },
    };
    return auditedQueue(this.#gate, caller, event, async queue => {
      await requirePermissions(
        this.#authorizer,
        caller,
        eventFlowsConnectionReadPermission,
        eventFlowsAccessUpdatePermission,
      );
      const { connectionId, revision, checkOnly } = valueOf(input);
      const to = await this.#targetOf(queue, connectionId);
      if (queue.revision !== revision) {
        throw queueChanged();
      }
      await this.#check(caller, queue, to.id);
      if (!checkOnly) {
        const moved = await this.#store.move({
          ...{ queueId, topic: queue.topic, from: queue.connection, to },
          revision,
          ...{ by: caller.ref, at: new Date(this.#now()).toISOString() },
        });
        await this.#convergence.waitFor(moved);
      }
      return this.#describe(caller, queueId);
    });
  }

  async #targetOf(
    { connection }: QueueRecord,
    id: string,
  ): Promise<{ id: string; name: string }> {
    const [from, to] = await Promise.all([
      this.#connections.get(connection.id),
      this.#connections.get(id),
    ]);
    if (!to || to.deleting) {
      throw new NotFoundError('There is no such connection to move it to');
    }
    if (to.id === connection.id) {
      throw new ConflictError(`The queue is at ${to.name} already`);
    }
    if (to.clusterId === undefined || to.clusterId !== from?.clusterId) {
      throw new ConflictError(
        `${to.name} is another cluster than ${connection.name}, and knows nothing of the positions there; give the algorithm access to the topic there, and enable the queue anew`,
      );
    }
    return to;
  }

  /** What the queue does must be possible there, too. */
  async #check(
    caller: Caller,
    queue: QueueRecord,
    connectionId: string,
  ): Promise<void> {
    const { topic, settings } = queue;
    const access = await this.#access.get(connectionId);
    const admin = this.#admin.for(caller);
    const call = { timeoutMs: CLUSTER_TIMEOUT_MS, signal: caller.signal };
    const topics = [
      ...[topic, settings?.deadLetterTopic, settings?.outputTopic],
    ].filter(name => name !== undefined);
    for (const name of topics) {
      if (!(await admin.topic(access, name, call))) {
        throw new ConflictError(
          `The cluster shows no topic ${name} to whoever this connection signs in as; have it authorised, and try again`,
        );
      }
    }
    // Reads a record, as whoever may only see the topic could not.
    await admin.records(access, { topic, from: 'latest', limit: 1 }, call);
    await admin.groupMembers(access, groupIdOf(queue.id), call);
  }
}
