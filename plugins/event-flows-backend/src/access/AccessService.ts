import { NotFoundError, ServiceUnavailableError } from '@backstage/errors';
import {
  type AccessEntry,
  BrokerConnectionError,
  eventFlowsAccessUpdatePermission,
  eventFlowsTopicReadPermission,
  type TopicDetails,
  type TopicList,
  type UpdateAccess,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { AlgorithmDirectory } from '../catalog/AlgorithmDirectory';
import { isRecreated } from '../catalog/pins';
import type { ConnectionsService } from '../connections/ConnectionsService';
import type { OwnerNotifier } from '../incidents/OwnerNotifier';
import type { Authorizer } from '../permissions/Authorizer';
import { audited, type Caller } from '../permissions/Caller';
import { hasPermission, requirePermissions } from '../permissions/rules';
import type { QueuesStore } from '../queues/QueuesStore';
import type { Convergence } from '../reconcile/ConvergenceWatch';
import type { StatusReader } from '../reconcile/StatusBoard';
import { type Checked, valueOf } from '../validation';
import type { AccessStore } from './AccessStore';
import {
  addedBy,
  checkAdded,
  mayStillRun,
  removedBy,
  renewedBy,
} from './changes';
import type { PublishersStore } from './PublishersStore';
import type { TopicReader, TopicReading } from './TopicReader';

/** One topic of one connection. */
export interface TopicPlace {
  connectionId: string;
  topic: string;
}

/** What people do with topics and the access to them, and who may. */
export class AccessService {
  readonly #store: AccessStore;
  readonly #connections: ConnectionsService;
  readonly #queues: QueuesStore;
  readonly #publishers: PublishersStore;
  readonly #topics: TopicReader;
  readonly #authorizer: Authorizer;
  readonly #directory: AlgorithmDirectory;
  readonly #board: StatusReader;
  readonly #convergence: Convergence;
  readonly #notifier: OwnerNotifier;
  readonly #now: () => number;

  constructor(options: {
    store: AccessStore;
    connections: ConnectionsService;
    queues: QueuesStore;
    publishers: PublishersStore;
    topics: TopicReader;
    authorizer: Authorizer;
    directory: AlgorithmDirectory;
    board: StatusReader;
    convergence: Convergence;
    notifier: OwnerNotifier;
    now: () => number;
  }) {
    this.#store = options.store;
    this.#connections = options.connections;
    this.#queues = options.queues;
    this.#publishers = options.publishers;
    this.#topics = options.topics;
    this.#authorizer = options.authorizer;
    this.#directory = options.directory;
    this.#board = options.board;
    this.#convergence = options.convergence;
    this.#notifier = options.notifier;
    this.#now = options.now;
  }

  async listTopics(caller: Caller, connectionId: string): Promise<TopicList> {
    await this.#connections.getReadable(caller, connectionId);
    await requirePermissions(
      this.#authorizer,
      caller,
      eventFlowsTopicReadPermission,
    );
    const [{ items, ...rest }, queues, publishers] = await Promise.all([
      this.#topics.list(caller, connectionId),
      this.#queues.list({ connectionId }),
      this.#publishers.list({ connectionId }),
    ]);
    const byTopic = Map.groupBy(queues, ({ topic }) => topic);
    const publishing = Map.groupBy(publishers, ({ topic }) => topic);
    return {
      items: items.map(topic => {
        const entries = byTopic.get(topic.name) ?? [];
        const algorithms = [...entries, ...(publishing.get(topic.name) ?? [])];
        const { name, partitions, internal, approximateRecords } = topic;
        return {
          name,
          partitions,
          internal,
          ...(approximateRecords !== undefined && { approximateRecords }),
          algorithms: algorithms.length,
          algorithmRefs: algorithms.map(({ algorithmRef }) => algorithmRef),
          queuesEnabled: entries.filter(({ state }) => state === 'enabled')
            .length,
        };
      }),
      ...rest,
    };
  }

  async getTopic(caller: Caller, place: TopicPlace): Promise<TopicDetails> {
    await this.#connections.getReadable(caller, place.connectionId);
    await this.#assertReadable(caller);
    return this.#describe(caller, place, await this.#read(caller, place));
  }

  /**
   * Replaces the algorithms with access to a topic, all or nothing, and
   * answers when no replica delivers anything to the removed ones any more, but
   * for requests under way.
   *
   * @throws ServiceUnavailableError if the change is stored, and a replica has
   * not confirmed it in time
   */
  async update(
    caller: Caller,
    place: TopicPlace,
    input: Checked<UpdateAccess>,
  ): Promise<TopicDetails> {
    const { connectionId, topic } = place;
    const action = {
      eventId: 'access-update',
      severityLevel: 'medium',
      meta: {
        connectionId,
        topic,
        ...(input.value && { access: input.value.access }),
      },
    } as const;
    return audited(caller, action, async () => {
      await this.#connections.getReadable(caller, connectionId);
      await this.#assertReadable(caller);
      await requirePermissions(
        this.#authorizer,
        caller,
        eventFlowsAccessUpdatePermission,
      );
      const { access: entries, revision: seen } = valueOf(input);
      const current = await this.#queues.list(place);
      const publishers = await this.#publishers.list(place);
      const added = addedBy(entries, [
        ...current,
        ...publishers.map(({ algorithmRef }) => ({
          algorithmRef,
          apiType: 'publisher' as const,
        })),
      ]);
      const uids = await this.#directory.uidsOf(
        entries.map(({ algorithmRef }) => algorithmRef),
        caller.credentials,
      );
      checkAdded(added, uids);
      const reading = await this.#read(caller, place);
      if (added.length > 0) {
        // Access that exists can be taken away all the same.
        throwIfForbidden(reading);
      }
      const revision = await this.#store.replace({
        ...place,
        entries: entries.map(entry => ({
          ...entry,
          algorithmUid: uids.get(entry.algorithmRef),
        })),
        revision: seen,
        by: caller.ref,
        at: new Date(this.#now()).toISOString(),
      });
      const renewed = renewedBy(entries, current, uids);
      for (const queue of renewed.filter(({ waitsFor }) => waitsFor)) {
        this.#notifier.tellWaitOver(queue, { kind: 'renewed', by: caller.ref });
      }
      if (mayStillRun([...removedBy(entries, current), ...renewed])) {
        await this.#awaitStop(revision);
      }
      return this.#describe(caller, place, reading);
    });
  }

  async #awaitStop(revision: number): Promise<void> {
    if (!(await this.#convergence.waitFor(revision))) {
      throw new ServiceUnavailableError(
        'The access is saved, but a replica of the backend has not yet confirmed that the queues without access have stopped; they stop as soon as it reaches the database',
      );
    }
  }

  /** @throws NotFoundError, as of anything that a caller may not read */
  async #assertReadable(caller: Caller): Promise<void> {
    const permission = eventFlowsTopicReadPermission;
    if (!(await hasPermission(this.#authorizer, caller, permission))) {
      throw new NotFoundError('There is no such topic');
    }
  }

  /**
   * @throws NotFoundError if neither the cluster nor the portal knows the topic
   * @throws BrokerConnectionError if the portal does not, and the cluster does
   * not let this connection know, or cannot be reached
   */
  async #read(caller: Caller, place: TopicPlace): Promise<TopicReading> {
    const { connectionId, topic } = place;
    const reading = await this.#topics.get(caller, connectionId, topic);
    if (
      (reading.topic && !isForbidden(reading)) ||
      (await this.#queues.list(place)).length > 0 ||
      (await this.#publishers.list(place)).length > 0
    ) {
      return reading;
    }
    throwIfForbidden(reading);
    if (reading.unreachable) {
      const { reason, message } = reading.unreachable;
      throw new BrokerConnectionError(
        reason,
        `Whether the cluster has a topic ${topic} is not known: ${message}`,
      );
    }
    throw new NotFoundError(`The cluster has no topic ${topic}`);
  }

  async #describe(
    caller: Caller,
    place: TopicPlace,
    { topic, unreachable }: TopicReading,
  ): Promise<TopicDetails> {
    const { revision, changedAt, changedBy } = await this.#store.getRevision(
      place.connectionId,
      place.topic,
    );
    return {
      ...(topic ?? {
        name: place.topic,
        internal: false,
        partitions: 0,
        replicationFactor: 0,
      }),
      access: await this.#entries(caller, place),
      revision,
      ...(changedAt !== undefined && { accessChangedAt: changedAt }),
      ...(changedBy !== undefined && { accessChangedBy: changedBy }),
      ...(unreachable && { unreachable }),
      ...(!topic && !unreachable && { unreachable: missingTopic(place.topic) }),
    };
  }

  async #entries(caller: Caller, place: TopicPlace): Promise<AccessEntry[]> {
    const [queues, publishers] = await Promise.all([
      this.#queues.list(place),
      this.#publishers.list(place),
    ]);
    const [statuses, uids] = await Promise.all([
      this.#board.statusOf(queues),
      this.#directory.uidsOf(
        [...queues, ...publishers].map(({ algorithmRef }) => algorithmRef),
        caller.credentials,
      ),
    ]);
    const subscribers = queues.map(queue => ({
      algorithmRef: queue.algorithmRef,
      apiType: queue.apiType,
      queueId: queue.id,
      state: queue.state,
      phase: statuses.get(queue.id)?.phase,
      ...(isRecreated(queue, uids.get(queue.algorithmRef)) && {
        recreated: true,
      }),
    }));
    return [
      ...subscribers,
      ...publishers.map(publisher => ({
        algorithmRef: publisher.algorithmRef,
        apiType: 'publisher' as const,
        ...(isRecreated(publisher, uids.get(publisher.algorithmRef)) && {
          recreated: true,
        }),
      })),
    ];
  }
}

function missingTopic(topic: string) {
  return {
    reason: 'missing',
    message: `The cluster has no topic ${topic} any more`,
  };
}

/** The cluster answers, and does not let this connection use the topic. */
function isForbidden({ unreachable }: TopicReading): boolean {
  return unreachable?.reason === 'authorization';
}

/** @throws BrokerConnectionError with what the cluster said */
function throwIfForbidden(reading: TopicReading): void {
  if (reading.unreachable && isForbidden(reading)) {
    throw new BrokerConnectionError(
      'authorization',
      reading.unreachable.message,
    );
  }
}
