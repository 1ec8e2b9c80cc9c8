import { InputError, NotAllowedError, NotFoundError } from '@backstage/errors';
import {
  normalizeEntityRef,
  type Peek,
  type TopicRecord,
  type TryVersion,
  type VersionTrial,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { DeliveryTarget } from '@event-flows/engine';
import type { AlgorithmDirectory } from '../catalog/AlgorithmDirectory';
import { chooseVersion, type EndpointPolicy } from '../catalog/chooseVersion';
import { isRecreated, recreatedReason } from '../catalog/pins';
import type { EventFlowsConfig } from '../config';
import type { BrokerAccessReader } from '../connections/BrokerAccessReader';
import type { LimitedAdmin } from '../connections/LimitedAdmin';
import { audited, auditedLookup, type Caller } from '../permissions/Caller';
import type { QueueGate } from '../queues/QueueGate';
import type { QueueRecord } from '../queues/QueuesStore';
import { mergeSettings } from '../queues/settings';
import { type Checked, valueOf } from '../validation';
import { contentOf, toTopicRecord } from './contentOf';

/** Milliseconds that a cluster gets for each answer while a person waits. */
const CLUSTER_TIMEOUT_MS = 10_000;
/** Milliseconds that an endpoint gets while a person waits. */
const MAX_TRIAL_MS = 30_000;

/** Lets people look at records, and try versions on them. */
export class RecordsService {
  readonly #gate: QueueGate;
  readonly #directory: AlgorithmDirectory;
  readonly #access: BrokerAccessReader;
  readonly #admin: LimitedAdmin;
  readonly #addressPolicy: EndpointPolicy;
  readonly #delivery: EventFlowsConfig['delivery'];

  constructor(options: {
    gate: QueueGate;
    directory: AlgorithmDirectory;
    access: BrokerAccessReader;
    admin: LimitedAdmin;
    addressPolicy: EndpointPolicy;
    /** Defaults and limits of the settings. */
    delivery: EventFlowsConfig['delivery'];
  }) {
    this.#gate = options.gate;
    this.#directory = options.directory;
    this.#access = options.access;
    this.#admin = options.admin;
    this.#addressPolicy = options.addressPolicy;
    this.#delivery = options.delivery;
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
      const target = await this.#targetOf(caller, queue, versionRef);
      const { timeoutMs } = mergeSettings(
        undefined,
        queue.settings,
        this.#delivery,
      );
      const trial = await this.#admin.for(caller).tryDelivery(
        await this.#access.get(queue.connection.id),
        {
          ...{ topic: queue.topic, partition, offset, target },
          timeoutMs: Math.min(timeoutMs, MAX_TRIAL_MS),
        },
        { timeoutMs: CLUSTER_TIMEOUT_MS, signal: caller.signal },
      );
      if (!trial) {
        throw new NotFoundError(
          `${queue.topic} has no record at partition ${partition}, offset ${offset} any more`,
        );
      }
      const { answer, ...rest } = trial;
      return {
        versionRef: target.versionRef,
        ...rest,
        ...(answer && { answer: contentOf(answer) }),
      };
    });
  }

  /** Finds the queue, and records who looked, at which records; not what is in them. */
  async #audited<T>(
    caller: Caller,
    event: { eventId: string; queueId: string; meta: object | undefined },
    act: (queue: QueueRecord) => Promise<T>,
  ): Promise<T> {
    const { eventId, queueId } = event;
    const severityLevel = 'medium';
    const queue = await auditedLookup(
      caller,
      { eventId, severityLevel, meta: { queueId } },
      () => this.#gate.getReadable(caller, queueId),
    );
    const { connection, topic, algorithmRef } = queue;
    const meta = {
      ...{ queueId, connectionId: connection.id, topic, algorithmRef },
      ...event.meta,
    };
    return audited(caller, { eventId, severityLevel, meta }, () => act(queue));
  }

  /** By the rules of enabling a queue. */
  async #targetOf(
    caller: Caller,
    queue: QueueRecord,
    wanted: string,
  ): Promise<DeliveryTarget & { kind: 'version' }> {
    const { algorithmRef } = queue;
    const { credentials } = caller;
    const [versions, uids] = await Promise.all([
      this.#directory.versionsOf([algorithmRef], credentials),
      this.#directory.uidsOf([algorithmRef], credentials),
    ]);
    if (isRecreated(queue, uids.get(algorithmRef))) {
      throw new NotAllowedError(recreatedReason(algorithmRef));
    }
    const chosen = chooseVersion(
      wanted === 'latest' ? wanted : normalizeEntityRef(wanted),
      algorithmRef,
      versions.get(algorithmRef) ?? [],
      this.#addressPolicy,
    );
    if ('problem' in chosen) {
      throw new InputError(`versionRef: ${chosen.problem}`);
    }
    const { ref, endpoint, failurePointer } = chosen.version;
    return {
      ...{ kind: 'version', versionRef: ref, endpoint },
      ...(failurePointer !== undefined && { failurePointer }),
    };
  }
}
