import { ConflictError, InputError } from '@backstage/errors';
import {
  groupIdOf,
  type PreviewRewind,
  type Queue,
  type RewindPreview,
  type RewindQueue,
  type RewindTo,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { PartitionRange } from '@event-flows/engine';
import type { BrokerAccessReader } from '../connections/BrokerAccessReader';
import { CLUSTER_TIMEOUT_MS } from '../connections/clusterTimeout';
import type { LimitedAdmin } from '../connections/LimitedAdmin';
import type { Caller } from '../permissions/Caller';
import { type Checked, valueOf } from '../validation';
import { auditedQueue } from './auditedQueue';
import type { PositionsStore } from './PositionsStore';
import type { QueueGate } from './QueueGate';
import type { RecentChangesStore } from './RecentChangesStore';
import {
  type QueueRecord,
  type QueuesStore,
  queueChanged,
} from './QueuesStore';

/** Moves the positions of queues that are disabled. */
export class RewindService {
  readonly #queues: QueuesStore;
  readonly #changes: RecentChangesStore;
  readonly #gate: QueueGate;
  readonly #positions: PositionsStore;
  readonly #access: BrokerAccessReader;
  readonly #admin: LimitedAdmin;
  readonly #describe: (caller: Caller, id: string) => Promise<Queue>;
  readonly #now: () => number;

  constructor(options: {
    queues: QueuesStore;
    changes: RecentChangesStore;
    gate: QueueGate;
    positions: PositionsStore;
    access: BrokerAccessReader;
    admin: LimitedAdmin;
    /** The queue as the caller sees it. */
    describe: (caller: Caller, id: string) => Promise<Queue>;
    now: () => number;
  }) {
    this.#queues = options.queues;
    this.#changes = options.changes;
    this.#gate = options.gate;
    this.#positions = options.positions;
    this.#access = options.access;
    this.#admin = options.admin;
    this.#describe = options.describe;
    this.#now = options.now;
  }

  /** @throws ConflictError if the queue cannot be moved now */
  async preview(
    caller: Caller,
    queueId: string,
    input: Checked<PreviewRewind>,
  ): Promise<RewindPreview> {
    const eventId = 'queue-rewind-preview';
    return this.#audited(caller, { eventId, queueId, input }, async queue => {
      const { to } = valueOf(input);
      assertMovable(queue);
      return toPreview(await this.#plan(caller, queue, to));
    });
  }

  /** @throws ConflictError if the queue cannot be moved now, or was changed meanwhile */
  async rewind(
    caller: Caller,
    queueId: string,
    input: Checked<RewindQueue>,
  ): Promise<Queue> {
    const eventId = 'queue-rewind';
    return this.#audited(caller, { eventId, queueId, input }, async queue => {
      const { to, revision } = valueOf(input);
      if (queue.revision !== revision) {
        throw queueChanged();
      }
      assertMovable(queue);
      await this.#move(caller, queue, to);
      return this.#describe(caller, queueId);
    });
  }

  /** Finds the queue, and lets those act who may. */
  #audited<T>(
    caller: Caller,
    event: {
      eventId: string;
      queueId: string;
      input: Checked<{ to: RewindTo }>;
    },
    act: (queue: QueueRecord) => Promise<T>,
  ): Promise<T> {
    const { eventId, queueId, input } = event;
    return auditedQueue(
      this.#gate,
      caller,
      {
        ...{ eventId, severityLevel: 'medium', queueId },
        meta: input.value && { to: input.value.to },
      },
      async queue => {
        await this.#gate.assertUpdatable(caller, queue);
        return act(queue);
      },
    );
  }

  async #move(caller: Caller, queue: QueueRecord, to: RewindTo) {
    const ranges = await this.#plan(caller, queue, to);
    const admin = this.#admin.for(caller);
    const access = await this.#access.get(queue.connection.id);
    const groupId = groupIdOf(queue.id);
    const call = { timeoutMs: CLUSTER_TIMEOUT_MS, signal: caller.signal };
    if ((await admin.groupMembers(access, groupId, call)) > 0) {
      throw stillRead();
    }
    const at = new Date(this.#now()).toISOString();
    // First here: whoever enables the queue as they saw it before is refused.
    await this.#queues.touch(queue.id, {
      ...{ revision: queue.revision, by: caller.ref, at },
    });
    const moved = await admin.movePositions(
      access,
      {
        ...{ groupId, topic: queue.topic },
        positions: ranges.map(({ partition, target }) => ({
          ...{ partition, offset: target },
        })),
      },
      call,
    );
    if (!moved) {
      throw stillRead();
    }
    // Else what was kept before would bring the old position back.
    const positions = ranges.map(({ partition, target, high }) => ({
      ...{ partition, position: target, lag: distance(target, high) },
    }));
    await this.#positions.save([{ queueId: queue.id, positions }], at);
    // Only now: before it might not have come to it.
    const change = { kind: 'rewound', to } as const;
    await this.#changes.add(queue.id, { by: caller.ref, at, change });
  }

  async #plan(
    caller: Caller,
    queue: QueueRecord,
    to: RewindTo,
  ): Promise<PartitionRange[]> {
    const { connection, topic } = queue;
    const access = await this.#access.get(connection.id);
    const admin = this.#admin.for(caller);
    const call = { timeoutMs: CLUSTER_TIMEOUT_MS, signal: caller.signal };
    const groupId = groupIdOf(queue.id);
    const ranges = await admin.planMove(access, { groupId, topic, to }, call);
    if (
      to.kind === 'offset' &&
      !ranges.some(({ partition }) => partition === to.partition)
    ) {
      throw new InputError(
        `to.partition: ${topic} has no partition ${to.partition}, only 0 to ${ranges.length - 1}`,
      );
    }
    return ranges;
  }
}

function stillRead(): ConflictError {
  return new ConflictError(
    'Somebody still reads with the consumer group of this queue; wait until it has stopped, and try again',
  );
}

/** @throws ConflictError that says what to do first */
function assertMovable({ state, versionRef, stoppedAt }: QueueRecord) {
  if (state !== 'disabled') {
    throw new ConflictError(
      'The position can be moved while the queue is disabled only; disable it first',
    );
  }
  if (versionRef === undefined) {
    throw new ConflictError(
      'The queue was never enabled and has no position yet; where it begins is chosen when it is enabled',
    );
  }
  if (stoppedAt === undefined) {
    throw new ConflictError(
      'The queue is still stopping; try again in a moment',
    );
  }
}

function toPreview(ranges: PartitionRange[]): RewindPreview {
  const sum = (count: (range: PartitionRange) => number) =>
    ranges.reduce((total, range) => total + count(range), 0);
  return {
    records: sum(({ target, high }) => distance(target, high)),
    again: sum(({ target, position = target, high }) =>
      // What the topic lost meanwhile is not delivered at all.
      Math.min(distance(target, position), distance(target, high)),
    ),
    leftOut: sum(({ target, low, position = low }) =>
      distance(BigInt(position) < BigInt(low) ? low : position, target),
    ),
    partitions: ranges.map(({ partition, position, target }) => ({
      ...{ partition, target },
      ...(position !== undefined && { position }),
    })),
  };
}

/** Records from an offset up to another one; none if that lies before it. */
function distance(from: string, to: string): number {
  return Math.max(0, Number(BigInt(to) - BigInt(from)));
}
