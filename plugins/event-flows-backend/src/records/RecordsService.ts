import { NotFoundError } from '@backstage/errors';
import {
  type ListPlaces,
  type Peek,
  type RecordPlace,
  type TopicRecord,
  type TryVersion,
  type VersionTrial,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { BrokerAccessReader } from '../connections/BrokerAccessReader';
import { CLUSTER_TIMEOUT_MS } from '../connections/clusterTimeout';
import type { LimitedAdmin } from '../connections/LimitedAdmin';
import type { Caller } from '../permissions/Caller';
import { auditedQueue } from '../queues/auditedQueue';
import type { QueueGate } from '../queues/QueueGate';
import type { QueueRecord } from '../queues/QueuesStore';
import { type Checked, valueOf } from '../validation';
import { toTopicRecord, toVersionTrial } from './contentOf';
import type { TrialTargets } from './TrialTargets';

/** Lets people look at records, and try versions on them. */
export class RecordsService {
  readonly #gate: QueueGate;
  readonly #targets: TrialTargets;
  readonly #access: BrokerAccessReader;
  readonly #admin: LimitedAdmin;

  constructor(options: {
    gate: QueueGate;
    targets: TrialTargets;
    access: BrokerAccessReader;
    admin: LimitedAdmin;
  }) {
    this.#gate = options.gate;
    this.#targets = options.targets;
    this.#access = options.access;
    this.#admin = options.admin;
  }

  async peek(
    caller: Caller,
    queueId: string,
    input: Checked<Peek>,
  ): Promise<TopicRecord[]> {
    const event = { eventId: 'queue-peek', queueId, meta: input.value };
    return this.#audited(caller, event, async queue => {
      await this.#gate.assertMayReadRecords(caller, queue);
      const { from = 'latest', limit } = valueOf(input);
      const { topic } = queue;
      const records = await this.#admin
        .for(caller)
        .records(
          await this.#access.get(queue.connection.id),
          { topic, from, limit },
          { timeoutMs: CLUSTER_TIMEOUT_MS, signal: caller.signal },
        );
      return records.map(toTopicRecord);
    });
  }

  async listPlaces(
    caller: Caller,
    queueId: string,
    input: Checked<ListPlaces>,
  ): Promise<RecordPlace[]> {
    const event = { eventId: 'queue-list-places', queueId, meta: input.value };
    return this.#audited(caller, event, async queue => {
      await this.#gate.assertMayReadRecords(caller, queue);
      const { topic } = queue;
      return this.#admin
        .for(caller)
        .latestPlaces(
          await this.#access.get(queue.connection.id),
          { topic, ...valueOf(input) },
          { timeoutMs: CLUSTER_TIMEOUT_MS, signal: caller.signal },
        );
    });
  }

  /** @throws NotFoundError if the topic does not have the record */
  async tryVersion(
    caller: Caller,
    queueId: string,
    input: Checked<TryVersion>,
  ): Promise<VersionTrial> {
    const event = { eventId: 'queue-try-version', queueId, meta: input.value };
    return this.#audited(caller, event, async queue => {
      // Its answer is shown, and the endpoint is really called.
      await this.#gate.assertMayReadRecords(caller, queue);
      await this.#gate.assertUpdatable(caller, queue);
      const { partition, offset, versionRef } = valueOf(input);
      const target = await this.#targets.choose(caller, queue, versionRef);
      const trial = await this.#admin.for(caller).tryDelivery(
        await this.#access.get(queue.connection.id),
        {
          ...{ topic: queue.topic, partition, offset, target },
          ...outputOf(queue),
          timeoutMs: this.#targets.timeoutMsOf(queue),
        },
        { timeoutMs: CLUSTER_TIMEOUT_MS, signal: caller.signal },
      );
      if (!trial) {
        throw new NotFoundError(
          `${queue.topic} has no record at partition ${partition}, offset ${offset} any more`,
        );
      }
      return toVersionTrial(target.versionRef, trial);
    });
  }

  /** Finds the queue, and records who looked, at which records; not what is in them. */
  #audited<T>(
    caller: Caller,
    event: { eventId: string; queueId: string; meta: object | undefined },
    act: (queue: QueueRecord) => Promise<T>,
  ): Promise<T> {
    const severityLevel = 'medium';
    return auditedQueue(this.#gate, caller, { ...event, severityLevel }, act);
  }
}

/** What is tried is not published, but must not be too long for it. */
function outputOf({ settings }: QueueRecord): { output?: { topic: string } } {
  const topic = settings?.outputTopic;
  return topic === undefined ? {} : { output: { topic } };
}
