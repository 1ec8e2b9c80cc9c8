import { ConflictError, InputError } from '@backstage/errors';
import type {
  DecideHeldUpRecord,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { audited, auditedLookup, type Caller } from '../permissions/Caller';
import type { Convergence } from '../reconcile/ConvergenceWatch';
import type { StatusReader } from '../reconcile/StatusBoard';
import { type Checked, valueOf } from '../validation';
import type { DeadLetterTopics } from './DeadLetterTopics';
import type { DecisionsStore, NewDecision } from './DecisionsStore';
import type { QueueGate } from './QueueGate';
import type { QueueRecord } from './QueuesStore';

/** Lets people decide what becomes of records that are held up. */
export class DecisionsService {
  readonly #store: DecisionsStore;
  readonly #gate: QueueGate;
  readonly #board: StatusReader;
  readonly #convergence: Convergence;
  readonly #deadLetterTopics: DeadLetterTopics;
  readonly #describe: (caller: Caller, id: string) => Promise<Queue>;
  readonly #now: () => number;

  constructor(options: {
    store: DecisionsStore;
    gate: QueueGate;
    board: StatusReader;
    convergence: Convergence;
    deadLetterTopics: DeadLetterTopics;
    /** The queue as the caller sees it. */
    describe: (caller: Caller, id: string) => Promise<Queue>;
    now: () => number;
  }) {
    this.#store = options.store;
    this.#gate = options.gate;
    this.#board = options.board;
    this.#convergence = options.convergence;
    this.#deadLetterTopics = options.deadLetterTopics;
    this.#describe = options.describe;
    this.#now = options.now;
  }

  /**
   * Answers when the replica that holds the record has acted, or when it is
   * clear that it will take longer.
   *
   * @throws ConflictError if the record is not held up (any more)
   */
  async decide(
    caller: Caller,
    queueId: string,
    input: Checked<DecideHeldUpRecord>,
  ): Promise<Queue> {
    const attempt = {
      eventId: `queue-record-${input.value?.action ?? 'decide'}`,
      severityLevel: 'medium',
      meta: { queueId },
    } as const;
    const queue = await auditedLookup(caller, attempt, () =>
      this.#gate.getReadable(caller, queueId),
    );
    const action = {
      ...attempt,
      meta: {
        queueId,
        connectionId: queue.connection.id,
        topic: queue.topic,
        algorithmRef: queue.algorithmRef,
        ...(input.value && decisionMeta(queue, input.value)),
      },
    } as const;
    return audited(caller, action, async () => {
      await this.#gate.assertUpdatable(caller, queue);
      const wanted = valueOf(input);
      await this.#assertHeldUp(queue, wanted);
      const revision = await this.#store.add(
        await this.#toDecision(caller, queue, wanted),
      );
      await this.#convergence.waitFor(revision);
      return this.#describe(caller, queueId);
    });
  }

  async #assertHeldUp(queue: QueueRecord, input: DecideHeldUpRecord) {
    const status = (await this.#board.statusOf([queue])).get(queue.id);
    const isHeldUp = status?.heldUp?.some(
      ({ partition, offset }) =>
        partition === input.partition && offset === input.offset,
    );
    if (queue.state !== 'enabled' || !isHeldUp) {
      throw new ConflictError(
        `The record at partition ${input.partition}, offset ${input.offset} is not held up any more; look at the queue again`,
      );
    }
  }

  async #toDecision(
    caller: Caller,
    queue: QueueRecord,
    input: DecideHeldUpRecord,
  ): Promise<NewDecision> {
    const { partition, offset, action } = input;
    const common = {
      queueId: queue.id,
      partition,
      offset,
      by: caller.ref,
      at: new Date(this.#now()).toISOString(),
    };
    if (action !== 'dead-letter') {
      return { ...common, action };
    }
    const deadLetterTopic = deadLetterTopicOf(queue, input);
    if (deadLetterTopic === undefined) {
      throw new InputError(
        'deadLetterTopic: this queue has none; name a topic of the same cluster',
      );
    }
    await this.#deadLetterTopics.check(caller, queue, {
      ...{ deadLetterTopic, field: 'deadLetterTopic' },
    });
    return { ...common, action, deadLetterTopic };
  }
}

function decisionMeta(queue: QueueRecord, input: DecideHeldUpRecord) {
  const { partition, offset, action } = input;
  return {
    partition,
    offset,
    ...(action === 'dead-letter' && {
      deadLetterTopic: deadLetterTopicOf(queue, input),
    }),
  };
}

function deadLetterTopicOf(
  queue: QueueRecord,
  input: DecideHeldUpRecord,
): string | undefined {
  return input.action === 'dead-letter'
    ? (input.deadLetterTopic ?? queue.settings?.deadLetterTopic)
    : undefined;
}
