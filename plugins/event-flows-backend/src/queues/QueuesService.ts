import {
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
  eventFlowsQueueReadPermission,
  eventFlowsQueueUpdatePermission,
  eventFlowsRecordReadPermission,
  normalizeEntityRef,
  type PauseClock,
  type Queue,
  type QueueSettings,
  type QueueStatus,
  type UpdateQueue,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { AlgorithmDirectory } from '../catalog/AlgorithmDirectory';
import type { EndpointPolicy } from '../catalog/chooseVersion';
import type { EventFlowsConfig } from '../config';
import type { BrokerAccessReader } from '../connections/BrokerAccessReader';
import { CLUSTER_TIMEOUT_MS } from '../connections/clusterTimeout';
import type { LimitedAdmin } from '../connections/LimitedAdmin';
import type { OwnerNotifier } from '../incidents/OwnerNotifier';
import type { PauseClockReader } from '../pauseClocks/PauseClockReader';
import type { Authorizer, QueuePermission } from '../permissions/Authorizer';
import { audited, auditedLookup, type Caller } from '../permissions/Caller';
import type { Convergence } from '../reconcile/ConvergenceWatch';
import type { StatusReader } from '../reconcile/StatusBoard';
import { type Checked, valueOf } from '../validation';
import { approve } from './approve';
import type { PublishersStore } from '../access/PublishersStore';
import type { OpenMoveRecord, OpenMovesReader } from '../moves/OpenMovesStore';
import { checkOutputTopic } from './outputTopic';
import { checkSourceTopic, type DeadLetterTopics } from './DeadLetterTopics';
import type { QueueGate } from './QueueGate';
import type { QueueStart } from './QueueStart';
import {
  type QueueRecord,
  type QueuesStore,
  queueChanged,
} from './QueuesStore';
import { mergeSettings } from './settings';
import type { StopConfirmation } from './StopConfirmation';

/**
 * Milliseconds that a person waits for requests under way to end. Where the
 * endpoint answers they do; where it hangs, the status says what goes on.
 */
const STOP_WAIT_MS = 3000;

type EnableQueue = Extract<UpdateQueue, { state: 'enabled' }>;

/** What people do with queues, and who may. */
export class QueuesService {
  readonly #store: QueuesStore;
  readonly #gate: QueueGate;
  readonly #start: QueueStart;
  readonly #publishers: PublishersStore;
  readonly #deadLetterTopics: DeadLetterTopics;
  readonly #openMoves: OpenMovesReader;
  readonly #authorizer: Authorizer;
  readonly #directory: AlgorithmDirectory;
  readonly #access: BrokerAccessReader;
  readonly #admin: LimitedAdmin;
  readonly #board: StatusReader;
  readonly #clocks: PauseClockReader;
  readonly #convergence: Convergence;
  readonly #stops: StopConfirmation;
  readonly #notifier: OwnerNotifier;
  readonly #addressPolicy: EndpointPolicy;
  readonly #delivery: EventFlowsConfig['delivery'];
  readonly #now: () => number;

  constructor(options: {
    store: QueuesStore;
    gate: QueueGate;
    start: QueueStart;
    publishers: PublishersStore;
    deadLetterTopics: DeadLetterTopics;
    openMoves: OpenMovesReader;
    authorizer: Authorizer;
    directory: AlgorithmDirectory;
    access: BrokerAccessReader;
    admin: LimitedAdmin;
    board: StatusReader;
    clocks: PauseClockReader;
    convergence: Convergence;
    stops: StopConfirmation;
    notifier: OwnerNotifier;
    addressPolicy: EndpointPolicy;
    /** Defaults and limits of the settings. */
    delivery: EventFlowsConfig['delivery'];
    now: () => number;
  }) {
    this.#store = options.store;
    this.#gate = options.gate;
    this.#start = options.start;
    this.#publishers = options.publishers;
    this.#deadLetterTopics = options.deadLetterTopics;
    this.#openMoves = options.openMoves;
    this.#authorizer = options.authorizer;
    this.#directory = options.directory;
    this.#access = options.access;
    this.#admin = options.admin;
    this.#board = options.board;
    this.#clocks = options.clocks;
    this.#convergence = options.convergence;
    this.#stops = options.stops;
    this.#notifier = options.notifier;
    this.#addressPolicy = options.addressPolicy;
    this.#delivery = options.delivery;
    this.#now = options.now;
  }

  /** Every queue that the caller may see. */
  async list(caller: Caller): Promise<Queue[]> {
    const queues = await this.#store.list();
    const readable = await this.#authorizer.filterAlgorithms(
      caller.credentials,
      eventFlowsQueueReadPermission,
      queues.map(({ algorithmRef }) => algorithmRef),
    );
    return this.#describe(
      caller,
      queues.filter(({ algorithmRef }) => readable.has(algorithmRef)),
    );
  }

  /** @throws NotFoundError also if the caller may not see the algorithm */
  async listOfAlgorithm(
    caller: Caller,
    algorithmRef: string,
  ): Promise<Queue[]> {
    const known = await this.#directory.filterAlgorithms(
      [algorithmRef],
      caller.credentials,
    );
    if (
      !known.has(algorithmRef) ||
      !(await this.#gate.mayRead(caller, algorithmRef))
    ) {
      throw new NotFoundError('There is no such algorithm');
    }
    return this.#describe(caller, await this.#store.list({ algorithmRef }));
  }

  async get(caller: Caller, id: string): Promise<Queue> {
    const [queue] = await this.#describe(caller, [
      await this.#gate.getReadable(caller, id),
    ]);
    return queue;
  }

  async update(
    caller: Caller,
    id: string,
    input: Checked<UpdateQueue>,
  ): Promise<Queue> {
    const queue = await auditedLookup(
      caller,
      {
        eventId: 'queue-update',
        severityLevel: 'medium',
        meta: { queueId: id },
      },
      () => this.#gate.getReadable(caller, id),
    );
    const action = {
      eventId: eventIdOf(queue, input.value),
      severityLevel: 'medium',
      meta: {
        queueId: id,
        connectionId: queue.connection.id,
        topic: queue.topic,
        algorithmRef: queue.algorithmRef,
        ...(input.value?.state === 'enabled' && {
          versionRef: input.value.versionRef,
          ...(input.value.origin !== undefined && {
            origin: input.value.origin,
          }),
        }),
      },
    } as const;
    return audited(caller, action, async () => {
      await this.#gate.assertUpdatable(caller, queue);
      const update = valueOf(input);
      if (queue.revision !== update.revision) {
        throw queueChanged();
      }
      if (update.state === 'enabled') {
        await this.#enable(caller, queue, update);
      } else if (queue.state === 'enabled') {
        await this.#disable(caller, queue);
      }
      return this.get(caller, id);
    });
  }

  async #enable(
    caller: Caller,
    queue: QueueRecord,
    update: EnableQueue,
  ): Promise<void> {
    const versionRef =
      update.versionRef === 'latest'
        ? 'latest'
        : normalizeEntityRef(update.versionRef);
    const approval = await approve(queue, {
      versionRef,
      origin: update.origin,
      directory: this.#directory,
      policy: this.#addressPolicy,
      credentials: caller.credentials,
    });
    const settings = mergeSettings(
      update.settings,
      queue.settings,
      this.#delivery,
    );
    await this.#prepareCluster(caller, queue, settings);
    const enable = (startClaim?: string) =>
      this.#store.enable(queue.id, {
        ...{ revision: update.revision, versionRef, approval, settings },
        ...{ by: caller.ref, at: new Date(this.#now()).toISOString() },
        startClaim,
      });
    if (queue.state === 'disabled') {
      // Lost positions can be mended only while the group has no members.
      await this.#convergence.waitForEnd({ queueId: queue.id }, STOP_WAIT_MS);
      await this.#start.enable(caller, queue, settings.startFrom, enable);
    } else {
      await enable();
    }
    if (queue.waitsFor) {
      this.#notifier.tellWaitOver(queue, {
        ...{ kind: 'approved', by: caller.ref, origin: approval.origin },
      });
    }
    this.#convergence.announce();
  }

  async #disable(caller: Caller, queue: QueueRecord): Promise<void> {
    const revision = await this.#store.disable(queue.id, {
      revision: queue.revision,
      by: caller.ref,
      at: new Date(this.#now()).toISOString(),
    });
    if (queue.waitsFor) {
      this.#notifier.tellWaitOver(queue, { kind: 'disabled', by: caller.ref });
    }
    if (!(await this.#convergence.waitFor(revision))) {
      throw new ServiceUnavailableError(
        'The queue is disabled, but a replica of the backend has not yet confirmed that it delivers nothing any more; it stops as soon as it hears of it',
      );
    }
    // Whether it has stopped is a matter of the status that is answered, and
    // not of success: nothing of it begins any more.
    await this.#convergence.waitForEnd({ queueId: queue.id }, STOP_WAIT_MS);
    await this.#stops.confirm({ ...queue, revision: queue.revision + 1 });
  }

  /** Everything that the cluster must have before the queue may run. */
  async #prepareCluster(
    caller: Caller,
    queue: QueueRecord,
    settings: QueueSettings,
  ): Promise<void> {
    const { connection, topic, algorithmRef } = queue;
    const { deadLetterTopic, outputTopic } = settings;
    const begins = queue.state === 'disabled';
    if (
      !begins &&
      deadLetterTopic === queue.settings?.deadLetterTopic &&
      outputTopic === queue.settings?.outputTopic
    ) {
      return;
    }
    const siblings = await this.#store.list({
      clusterOf: connection.id,
      algorithmRef,
    });
    checkSourceTopic(queue, siblings);
    const access = await this.#access.get(connection.id);
    const admin = this.#admin.for(caller);
    const call = { timeoutMs: CLUSTER_TIMEOUT_MS, signal: caller.signal };
    if (deadLetterTopic !== undefined) {
      await this.#deadLetterTopics.check(caller, queue, {
        ...{ deadLetterTopic, field: 'settings.deadLetterTopic' },
      });
    }
    if (outputTopic !== undefined) {
      await checkOutputTopic({
        ...{ queue, settings, outputTopic, publishers: this.#publishers },
        ...{ admin, access, ...call },
      });
    }
    if (begins && !(await admin.topic(access, topic, call))) {
      throw new InputError(`The cluster has no topic ${topic} any more`);
    }
  }

  async #describe(caller: Caller, queues: QueueRecord[]): Promise<Queue[]> {
    const allowed = (permission: QueuePermission) =>
      this.#authorizer.filterAlgorithms(
        caller.credentials,
        permission,
        queues.map(({ algorithmRef }) => algorithmRef),
      );
    const [updatable, readable, statuses, publishers, moves] =
      await Promise.all([
        allowed(eventFlowsQueueUpdatePermission),
        allowed(eventFlowsRecordReadPermission),
        this.#board.statusOf(queues),
        this.#publishers.list({
          algorithmRefs: [
            ...new Set(queues.map(({ algorithmRef }) => algorithmRef)),
          ],
        }),
        this.#openMoves.list(queues.map(({ id }) => id)),
      ]);
    const clocks = await this.#clocks.clocksOf(queues, statuses);
    return queues.map(queue =>
      toQueue(queue, {
        mayUpdate: updatable.has(queue.algorithmRef),
        mayReadRecords: readable.has(queue.algorithmRef),
        mayPublishTo: publishers
          .filter(
            ({ connectionId, algorithmRef }) =>
              connectionId === queue.connection.id &&
              algorithmRef === queue.algorithmRef,
          )
          .map(({ topic }) => topic),
        status: statuses.get(queue.id),
        move: moves.find(({ queueId }) => queueId === queue.id),
        clock: clocks.get(queue.id),
      }),
    );
  }
}

function eventIdOf(queue: QueueRecord, update?: UpdateQueue): string {
  if (!update) {
    return 'queue-update';
  }
  if (update.state === 'disabled') {
    return 'queue-disable';
  }
  if (queue.state === 'disabled') {
    return 'queue-enable';
  }
  return queue.waitsFor ? 'queue-approve' : 'queue-edit';
}

function toQueue(
  queue: QueueRecord,
  seen: Pick<Queue, 'mayUpdate' | 'mayReadRecords' | 'mayPublishTo'> & {
    status: QueueStatus | undefined;
    move: OpenMoveRecord | undefined;
    clock: PauseClock | undefined;
  },
): Queue {
  const { id, connection, topic, algorithmRef, state, versionRef } = queue;
  const { settings, revision, changedAt, changedBy } = queue;
  return {
    id,
    connection,
    topic,
    algorithmRef,
    state,
    ...(versionRef !== undefined && { versionRef }),
    ...(settings !== undefined && { settings }),
    revision,
    ...(seen.status && { status: seen.status }),
    ...(seen.move && {
      openMove: { from: seen.move.from, since: seen.move.since },
    }),
    ...(seen.clock && { pauseClock: seen.clock }),
    mayUpdate: seen.mayUpdate,
    mayReadRecords: seen.mayReadRecords,
    mayPublishTo: seen.mayPublishTo,
    changedAt,
    changedBy,
  };
}
