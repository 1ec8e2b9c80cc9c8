import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  groupIdOf,
  type DeadLetterList,
  type DeadLetterMark,
  type Dismiss,
  type ListDeadLetters,
  type PurgeDeadLetters,
  type PurgedDeadLetters,
  type Redeliver,
  type RecordPlace,
  type VersionTrial,
} from '@event-flows/backstage-plugin-event-flows-common';
import {
  isMarkOf,
  type DeadLetter,
  type LetterMark,
} from '@event-flows/engine';
import type { PublishersStore } from '../access/PublishersStore';
import type { BrokerAccessReader } from '../connections/BrokerAccessReader';
import { CLUSTER_TIMEOUT_MS } from '../connections/clusterTimeout';
import type { LimitedAdmin } from '../connections/LimitedAdmin';
import type { Caller } from '../permissions/Caller';
import { auditedQueue, type QueueEvent } from '../queues/auditedQueue';
import { publishingProblem } from '../queues/outputTopic';
import type { QueueGate } from '../queues/QueueGate';
import type { QueueRecord } from '../queues/QueuesStore';
import type { RecentChangesStore } from '../queues/RecentChangesStore';
import { toTopicRecord, toVersionTrial } from '../records/contentOf';
import type { TrialTargets } from '../records/TrialTargets';
import { type Checked, valueOf } from '../validation';
import type {
  DeadLetterMarksStore,
  DeadLetterPlace,
  StoredMark,
} from './DeadLetterMarksStore';

/** Lets people look at a queue's dead letters, and do something about them. */
export class DeadLettersService {
  readonly #marks: DeadLetterMarksStore;
  readonly #changes: RecentChangesStore;
  readonly #gate: QueueGate;
  readonly #targets: TrialTargets;
  readonly #publishers: PublishersStore;
  readonly #access: BrokerAccessReader;
  readonly #admin: LimitedAdmin;
  readonly #now: () => number;

  constructor(options: {
    marks: DeadLetterMarksStore;
    changes: RecentChangesStore;
    gate: QueueGate;
    targets: TrialTargets;
    publishers: PublishersStore;
    access: BrokerAccessReader;
    admin: LimitedAdmin;
    now: () => number;
  }) {
    this.#marks = options.marks;
    this.#changes = options.changes;
    this.#gate = options.gate;
    this.#targets = options.targets;
    this.#publishers = options.publishers;
    this.#access = options.access;
    this.#admin = options.admin;
    this.#now = options.now;
  }

  async list(
    caller: Caller,
    queueId: string,
    input: Checked<ListDeadLetters>,
  ): Promise<DeadLetterList> {
    const event = { eventId: 'queue-dead-letters-read', queueId };
    return this.#audited(
      caller,
      { ...event, meta: input.value },
      async queue => {
        await this.#gate.assertMayReadRecords(caller, queue);
        const { openOnly, ...wanted } = valueOf(input);
        const topic = queue.settings?.deadLetterTopic;
        if (topic === undefined) {
          return { items: [] };
        }
        const marks = await this.#marks.ofTopic({ queueId, topic });
        const { letters, older } = await this.#admin.for(caller).deadLetters(
          await this.#access.get(queue.connection.id),
          {
            ...{ topic, groupId: groupIdOf(queueId), ...wanted },
            ...(openOnly && { done: marks.map(toLetterMark) }),
          },
          { timeoutMs: CLUSTER_TIMEOUT_MS, signal: caller.signal },
        );
        const byPlace = new Map(marks.map(mark => [textOf(mark), mark]));
        const items = letters.map(letter => {
          const found = byPlace.get(textOf(letter));
          return {
            ...letter,
            record: toTopicRecord(letter.record),
            ...(found && isMarkOf(found, letter) && { mark: shownMark(found) }),
          };
        });
        return { topic, items, ...(older && { older }) };
      },
    );
  }

  /**
   * Sends a dead letter to this algorithm alone, as it was, and notes it when
   * it was taken, and its answer is where the queue publishes answers.
   *
   * @throws NotFoundError if there is no such letter of this queue
   * @throws ConflictError if it was redelivered before, or would go where
   * nobody has approved, or the algorithm may not publish any more
   */
  async redeliver(
    caller: Caller,
    queueId: string,
    input: Checked<Redeliver>,
  ): Promise<VersionTrial> {
    const event = { eventId: 'queue-dead-letter-redeliver', queueId };
    return this.#audited(
      caller,
      { ...event, meta: input.value },
      async queue => {
        await this.#assertMayAct(caller, queue);
        const { versionRef, id, ...rest } = valueOf(input);
        const place = placeOf(queue, rest);
        const mark = await this.#marks.get(place);
        if (mark?.state === 'redelivered') {
          // It may be the mark of another letter.
          assertOpen(mark, await this.#letterAt(caller, queue, place, id));
        }
        const target = await this.#targets.choose(caller, queue, versionRef, {
          approvedOnly: true,
        });
        const output = await this.#outputOf(queue);
        const { topic, partition, offset } = place;
        const trial = await this.#admin.for(caller).tryDelivery(
          await this.#access.get(queue.connection.id),
          {
            ...{ topic, partition, offset, target },
            timeoutMs: this.#targets.timeoutMsOf(queue),
            deadLetter: { groupId: groupIdOf(queueId), id },
            ...(output && { output }),
          },
          { timeoutMs: CLUSTER_TIMEOUT_MS, signal: caller.signal },
        );
        if (!trial) {
          throw noSuchLetter(place);
        }
        if (trial.outcome === 'delivered') {
          await this.#mark(caller, place, { state: 'redelivered', id });
        }
        return toVersionTrial(target.versionRef, trial);
      },
    );
  }

  /**
   * @throws NotFoundError if there is no such letter of this queue
   * @throws ConflictError if it was redelivered before
   */
  async dismiss(
    caller: Caller,
    queueId: string,
    input: Checked<Dismiss>,
  ): Promise<void> {
    const event = { eventId: 'queue-dead-letter-dismiss', queueId };
    return this.#audited(
      caller,
      { ...event, meta: input.value },
      async queue => {
        await this.#assertMayAct(caller, queue);
        const { id, ...rest } = valueOf(input);
        const place = placeOf(queue, rest);
        const letter = await this.#letterAt(caller, queue, place, id);
        assertOpen(await this.#marks.get(place), letter);
        await this.#mark(caller, place, { state: 'dismissed', id });
      },
    );
  }

  /**
   * Deletes from Kafka what was redelivered or dismissed, as far as nothing
   * else lies before it.
   *
   * @throws ConflictError if the queue has no dead-letter topic
   */
  async purge(
    caller: Caller,
    queueId: string,
    input: Checked<PurgeDeadLetters>,
  ): Promise<PurgedDeadLetters> {
    const event = { eventId: 'queue-dead-letters-purge', queueId };
    return this.#audited(
      caller,
      { ...event, severityLevel: 'high', meta: input.value },
      async queue => {
        await this.#assertMayAct(caller, queue);
        const { checkOnly } = valueOf(input);
        const topic = deadLetterTopicOf(queue);
        const marks = await this.#marks.ofTopic({ queueId, topic });
        const { records, before } = await this.#admin
          .for(caller)
          .purgeDeadLetters(
            await this.#access.get(queue.connection.id),
            {
              ...{ topic, groupId: groupIdOf(queueId), checkOnly },
              done: marks.map(toLetterMark),
            },
            { timeoutMs: CLUSTER_TIMEOUT_MS, signal: caller.signal },
          );
        if (!checkOnly && records > 0) {
          await this.#marks.removeBefore({ queueId, topic }, before);
          const at = new Date(this.#now()).toISOString();
          const change = { kind: 'purged', topic, records } as const;
          await this.#changes.add(queueId, { by: caller.ref, at, change });
        }
        return { records };
      },
    );
  }

  async #assertMayAct(caller: Caller, queue: QueueRecord): Promise<void> {
    await this.#gate.assertMayReadRecords(caller, queue);
    await this.#gate.assertUpdatable(caller, queue);
  }

  /** @throws ConflictError if the algorithm may not publish there any more */
  async #outputOf(queue: QueueRecord) {
    const topic = queue.settings?.outputTopic;
    if (topic === undefined) {
      return undefined;
    }
    const problem = await publishingProblem(this.#publishers, queue, topic);
    if (problem !== undefined) {
      throw new ConflictError(problem);
    }
    return { topic, publisher: queue.algorithmRef };
  }

  /** @throws NotFoundError if there is none of the queue, or another one */
  async #letterAt(
    caller: Caller,
    queue: QueueRecord,
    place: DeadLetterPlace,
    id: string,
  ): Promise<DeadLetter> {
    const { topic, partition, offset } = place;
    const letter = await this.#admin
      .for(caller)
      .deadLetter(
        await this.#access.get(queue.connection.id),
        { topic, partition, offset, groupId: groupIdOf(queue.id) },
        { timeoutMs: CLUSTER_TIMEOUT_MS, signal: caller.signal },
      );
    if (letter?.id !== id) {
      throw noSuchLetter(place);
    }
    return letter;
  }

  async #mark(
    caller: Caller,
    place: DeadLetterPlace,
    { state, id }: Pick<DeadLetterMark, 'state'> & { id: string },
  ): Promise<void> {
    const at = new Date(this.#now()).toISOString();
    const by = caller.ref;
    await this.#marks.set(place, { state, at, by, letterId: id });
  }

  /** Finds the queue, and records who did what to which letter; not what is in it. */
  #audited<T>(
    caller: Caller,
    event: Pick<QueueEvent, 'eventId' | 'queueId'> &
      Partial<QueueEvent> & { meta: object | undefined },
    act: (queue: QueueRecord) => Promise<T>,
  ): Promise<T> {
    const severityLevel = 'medium';
    return auditedQueue(this.#gate, caller, { severityLevel, ...event }, act);
  }
}

function placeOf(
  queue: QueueRecord,
  { partition, offset }: { partition: number; offset: string },
): DeadLetterPlace {
  const topic = deadLetterTopicOf(queue);
  return { queueId: queue.id, topic, partition, offset };
}

/** @throws ConflictError if this letter was redelivered */
function assertOpen(mark: StoredMark | undefined, letter: DeadLetter): void {
  if (mark?.state === 'redelivered' && isMarkOf(mark, letter)) {
    throw new ConflictError(
      `This dead letter was redelivered at ${mark.at} by ${mark.by}`,
    );
  }
}

function noSuchLetter({
  topic,
  partition,
  offset,
}: DeadLetterPlace): NotFoundError {
  return new NotFoundError(
    `${topic} does not have this dead letter of the queue at partition ${partition}, offset ${offset} (any more); look at the list again`,
  );
}

function textOf({ partition, offset }: RecordPlace): string {
  return `${partition}:${offset}`;
}

function shownMark({ state, at, by }: StoredMark): DeadLetterMark {
  return { state, at, by };
}

function toLetterMark({
  partition,
  offset,
  at,
  letterId,
}: StoredMark & RecordPlace): LetterMark {
  return { partition, offset, at, ...(letterId !== undefined && { letterId }) };
}

/** @throws ConflictError if the queue has no dead-letter topic */
function deadLetterTopicOf({ settings }: QueueRecord): string {
  const topic = settings?.deadLetterTopic;
  if (topic === undefined) {
    throw new ConflictError(
      'The queue has no dead-letter topic; Edit names one',
    );
  }
  return topic;
}
