import type { Random } from '@event-flows/demo';
import type {
  DecideHeldUpRecord,
  EventFlowsClient,
  HeldUpRecord,
  Ordering,
  Queue,
  QueuePhase,
  QueueSettingsInput,
} from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil, withAdmin } from '@event-flows/testbed';
import { BalanceSampler } from './BalanceSampler';
import { CommitSampler } from './CommitSampler';
import { isDone, type Ledger, type RecordPlace } from './Ledger';
import type { SteadyProducer } from './SteadyProducer';
import { Traffic } from './Traffic';
import type { World } from './World';

const ALGORITHM = 'component:default/sentiment';
const VERSION = 'component:default/sentiment-1-0-2';
const CONCURRENCY = 16;

/** What a case wants of its queue. */
export interface FlowOptions {
  settings?: QueueSettingsInput;
  /** There is a topic for undeliverable records: they go there by themselves, or when a person says so. */
  deadLetters?: 'automatic' | 'decided';
  /** The backends sign in with a password. */
  signIn?: boolean;
}

/** One queue with everything around it: topic, connection, producer, ledger. */
export class Flow {
  /** Makes all of it and resolves when the queue runs. */
  static async open(
    world: World,
    options: FlowOptions & {
      /** Of the topic and all that belongs to it. */
      name: string;
      random: Random;
      ordering: Ordering;
    },
  ): Promise<Flow> {
    const { name: topic, ordering, deadLetters } = options;
    const deadLetterTopic = deadLetters && `${topic}-dead`;
    const traffic = await Traffic.open(world, {
      ...options,
      ...{ topic, deadLetterTopic },
    });
    const settings: QueueSettingsInput = {
      startFrom: 'earliest',
      concurrency: CONCURRENCY,
      timeoutMs: 3_000,
      maxAttempts: 1_000,
      ordering,
      ...(deadLetters === 'automatic' && { deadLetterTopic }),
      ...options.settings,
    };
    const setup = { topic, deadLetterTopic, settings };
    const flow = new Flow(world, traffic, setup);
    await flow.#connect(options.signIn ?? false);
    return flow;
  }

  #sampler: CommitSampler | undefined;
  #balance: BalanceSampler | undefined;
  #connectionId: string | undefined;
  #queueId = '';

  private constructor(
    private readonly world: World,
    private readonly traffic: Traffic,
    private readonly setup: {
      topic: string;
      deadLetterTopic: string | undefined;
      settings: QueueSettingsInput;
    },
  ) {}

  get ledger(): Ledger {
    return this.traffic.ledger;
  }

  get producer(): SteadyProducer {
    return this.traffic.producer;
  }

  get topic(): string {
    return this.setup.topic;
  }

  /** What of the queue's own counts did not add up. */
  get balanceProblems(): string[] {
    return this.#balance?.problems ?? [];
  }

  get concurrency(): number {
    return this.setup.settings.concurrency ?? CONCURRENCY;
  }

  /** Where undeliverable records go. */
  get deadLetterTopic(): string {
    const { deadLetterTopic } = this.setup;
    if (deadLetterTopic === undefined) {
      throw new Error('This case has no dead-letter topic');
    }
    return deadLetterTopic;
  }

  get groupId(): string {
    return `event-flows.${this.#queueId}`;
  }

  /** Of the first backend that runs. */
  get client(): EventFlowsClient {
    const backend = this.world.backends.find(({ running }) => running);
    if (!backend) {
      throw new Error('No backend runs');
    }
    return backend.client;
  }

  queue(client = this.client): Promise<Queue> {
    return client.getQueue(this.#queueId);
  }

  /** Enables the queue or edits it while it is enabled. */
  async enable(
    change: { settings?: QueueSettingsInput; client?: EventFlowsClient } = {},
  ): Promise<void> {
    const { client = this.client, settings } = change;
    const { revision } = await this.queue(client);
    await client.updateQueue(this.#queueId, {
      state: 'enabled',
      versionRef: VERSION,
      settings: { ...this.setup.settings, ...settings },
      revision,
    });
  }

  async disable(client = this.client): Promise<void> {
    const { revision } = await this.queue(client);
    await client.updateQueue(this.#queueId, { state: 'disabled', revision });
  }

  /** Records that the queue says are held up. */
  async heldUp(client = this.client): Promise<HeldUpRecord[]> {
    return (await this.queue(client)).status?.heldUp ?? [];
  }

  /** Says what is to become of a record that is held up. */
  async decide(
    { partition, offset }: RecordPlace,
    action: DecideHeldUpRecord['action'],
    client = this.client,
  ): Promise<void> {
    const place = { partition, offset: String(offset) };
    await client.decideHeldUpRecord(
      this.#queueId,
      action === 'dead-letter'
        ? { ...place, action, deadLetterTopic: this.deadLetterTopic }
        : { ...place, action },
    );
  }

  /** Waits until the queue says that it delivers; some of its records may be tried again. */
  async waitUntilItRuns(timeoutMs = 60_000): Promise<void> {
    await waitUntil(
      async () => {
        const { status } = await this.queue();
        return status?.phase === 'running' || status?.phase === 'retrying';
      },
      { timeoutMs, everyMs: 250, what: 'the queue to run' },
    );
  }

  /** Waits until the queue says that it is in this phase, and why. */
  async waitForPhase(
    phase: QueuePhase,
    options: { timeoutMs?: number; because?: RegExp } = {},
  ): Promise<void> {
    const { timeoutMs = 60_000, because } = options;
    let last: Queue | undefined;
    try {
      await waitUntil(
        async () => {
          last = await this.queue();
          const { status } = last;
          return (
            status?.phase === phase &&
            (!because || because.test(status.reason ?? ''))
          );
        },
        { timeoutMs, everyMs: 250, what: `the queue to be ${phase}` },
      );
    } catch (cause) {
      const { phase: is, reason } = last?.status ?? {};
      throw new Error(
        `The queue should be ${phase}${because ? ` because of ${because}` : ''}, but is ${is}${reason ? `: ${reason}` : ''}`,
        { cause },
      );
    }
  }

  /** Waits until every backend that runs is a member of the queue's group, and nobody else. */
  async waitForMembers(timeoutMs = 60_000): Promise<void> {
    const running = this.world.backends.filter(backend => backend.running);
    await waitUntil(
      () =>
        withAdmin(this.world.kafka.direct, async admin => {
          const { groups } = await admin.describeGroups([this.groupId]);
          const [{ state, members }] = groups;
          return state === 'Stable' && members.length === running.length;
        }),
      {
        timeoutMs,
        everyMs: 200,
        what: `${running.length} members of the queue's group`,
      },
    );
  }

  async deleteConnection(client = this.client): Promise<void> {
    if (this.#connectionId !== undefined) {
      await client.deleteConnection(this.#connectionId);
      this.#connectionId = undefined;
    }
  }

  /** Takes over what the endpoint has logged since. */
  async refresh(): Promise<void> {
    const { endpoint } = this.world;
    this.ledger.append(await endpoint.logOf(this.topic, this.ledger.entries));
  }

  async isSettled(): Promise<boolean> {
    await this.refresh();
    return this.ledger.open().length === 0;
  }

  /** Whether each partition, but those that wait for a person, has delivered a record that was produced after a moment. */
  async hasDeliveredEverywhere(
    since: number,
    blocked: ReadonlySet<number>,
  ): Promise<boolean> {
    await this.refresh();
    const fresh = this.ledger
      .acknowledged()
      .filter(
        record =>
          record.acknowledged &&
          record.acknowledged.at > since &&
          isDone(record),
      );
    const partitions = fresh.map(({ partition }) => partition);
    return (
      new Set([...partitions, ...blocked]).size === this.producer.partitions
    );
  }

  /** Whether the position of each partition, but of those that wait for a person, is past a record that was produced after a moment. */
  hasCommittedEverywhere(since: number, blocked: ReadonlySet<number>): boolean {
    const partitions = [...this.ledger.byPartition()];
    return partitions.every(([partition, records]) => {
      const first = records.find(
        ({ acknowledged }) => acknowledged && acknowledged.at > since,
      );
      const sample = this.ledger.lastSample(partition);
      return (
        blocked.has(partition) ||
        (first !== undefined &&
          sample !== undefined &&
          sample.committed > first.offset)
      );
    });
  }

  /** Stops producing, and removes the queue with its connection. */
  async close(): Promise<void> {
    await this.traffic.close();
    await this.#sampler?.stop();
    await this.#balance?.stop();
    await this.deleteConnection();
  }

  /** As each backend that runs says it. */
  async #countersOfAll() {
    const running = this.world.backends.filter(backend => backend.running);
    const answers = await Promise.allSettled(
      running.map(each => this.queue(each.client)),
    );
    return answers.map(answer =>
      answer.status === 'fulfilled' ? answer.value.status?.counters : undefined,
    );
  }

  async #connect(signIn: boolean): Promise<void> {
    const { kafka } = this.world;
    const { client, topic } = this;
    const { brokers, ...account } = kafka.signIn;
    const connection = await client.createConnection({
      name: topic,
      type: 'kafka',
      ...(signIn
        ? { brokers, sasl: { mechanism: 'scram-sha-512', ...account } }
        : { brokers: kafka.linked }),
    });
    this.#connectionId = connection.id;
    const { revision } = await client.getTopic(connection.id, topic);
    const { access } = await client.updateAccess(connection.id, topic, {
      access: [{ algorithmRef: ALGORITHM, apiType: 'subscriber' }],
      revision,
    });
    const [{ queueId }] = access;
    if (queueId === undefined) {
      throw new Error(`${ALGORITHM} has no queue of ${topic}`);
    }
    this.#queueId = queueId;
    await this.enable();
    await this.waitForMembers();
    await this.waitUntilItRuns();
    this.#sampler = new CommitSampler({
      ...{ brokers: kafka.direct, topic, groupId: this.groupId },
      onSample: sample => this.ledger.sample(sample),
    });
    this.#balance = new BalanceSampler(() => this.#countersOfAll());
  }
}
