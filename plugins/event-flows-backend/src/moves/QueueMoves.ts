import { ConflictError, ServiceUnavailableError } from '@backstage/errors';
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
import type { OpenMovesReader } from './OpenMovesStore';
import type { QueueMovesStore, QueueWay } from './QueueMovesStore';
import { connectionTo, isSameCluster } from './connectionTo';

/**
 * Moves queues between connections of one cluster. A queue's position is that
 * of its consumer group, which is called after the queue and lies in the
 * cluster: it stays where it is.
 */
export class QueueMoves {
  readonly #store: QueueMovesStore;
  readonly #open: OpenMovesReader;
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
    open: OpenMovesReader;
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
    this.#open = options.open;
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
   * Answers when every replica follows the move; whether the queue runs there
   * shows later, when its move is not open any more. Until then it can go back,
   * and the cluster is not asked for that: it may be in a bad way at both.
   *
   * @throws NotFoundError if there is no such queue or connection
   * @throws ConflictError if the connection is of another cluster, something
   *   stands in the way there, or the queue was changed meanwhile
   * @throws ServiceUnavailableError if the queue is moved, and a replica has not
   *   confirmed in time that it follows
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
      const [open] = await this.#open.list([queueId]);
      const isBack = open?.from.id === connectionId;
      const way = await this.#wayOf(queue, connectionId, isBack);
      if (queue.revision !== revision) {
        throw queueChanged();
      }
      await this.#store.assertFree(way);
      if (!isBack) {
        await this.#check(caller, queue, connectionId);
      }
      if (!checkOnly) {
        const moved = await this.#store.move({
          ...{ ...way, revision },
          ...{ by: caller.ref, at: new Date(this.#now()).toISOString() },
        });
        await this.#awaitReplicas(moved, way);
      }
      return this.#describe(caller, queueId);
    });
  }

  async #awaitReplicas(revision: number, { from, to }: QueueWay) {
    // Not undone: it would wait for the same replica. Both are members of the
    // one group meanwhile, so that nothing is left out.
    if (!(await this.#convergence.waitFor(revision))) {
      throw new ServiceUnavailableError(
        `The queue is moved to ${to.name}, but a replica of the backend has not yet confirmed that it has let go of ${from.name}; it follows as soon as it hears of it, and the page of the queue tells when it runs`,
      );
    }
  }

  async #wayOf(
    queue: QueueRecord,
    id: string,
    isBack: boolean,
  ): Promise<QueueWay> {
    const { id: queueId, topic, algorithmRef, connection: from } = queue;
    const to = await connectionTo(this.#connections, id);
    if (to.id === from.id) {
      throw new ConflictError(`The queue is at ${to.name} already`);
    }
    // Its positions are where it ran last, whatever the other one turned out to be.
    if (!isBack && !(await isSameCluster(this.#connections, from.id, to))) {
      throw new ConflictError(
        `${to.name} is another cluster than ${from.name}, and knows nothing of the positions there; give the algorithm access to the topic there, and enable the queue anew`,
      );
    }
    return { queueId, topic, algorithmRef, from, to };
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
