import {
  defaultQueueSettings,
  eventFlowsAdministrationPermissions,
  type AccessEntry,
  type Allowed,
  type Connection,
  type CopiedPublisher,
  type CopyPublishers,
  type CreateConnection,
  type DeadLetter,
  type DeadLetterList,
  type DecideHeldUpRecord,
  type Dismiss,
  type EventFlowsApi,
  type ApiType,
  type FindReceipts,
  type ListQueueTrends,
  type ListDeadLetters,
  type ListPlaces,
  type MoveQueue,
  type Peek,
  type PurgeDeadLetters,
  type PurgedDeadLetters,
  type ReceiptList,
  type RecordPlace,
  type RecordReceipts,
  type Queue,
  type QueueHistory,
  type QueueTrend,
  type QueueTrendList,
  type Redeliver,
  type RecentChange,
  type RequestOptions,
  type RewindPreview,
  type RewindQueue,
  type RewindTo,
  type SecretRotation,
  type TopicDetails,
  type TopicList,
  type TopicRecord,
  type TopicSummary,
  type TryVersion,
  type UpdateAccess,
  type UpdateQueue,
  type VersionTrial,
} from '@event-flows/backstage-plugin-event-flows-common';
import { aConnection, aStatus, aTrial, ago } from './fixtures';
import { responseError } from './responseError';

/** What an {@link InMemoryEventFlows} begins with. */
export interface InMemoryState {
  allowed?: string[];
  connections?: Connection[];
  topics?: Record<string, TopicSummary[]>;
  queues?: Queue[];
  /** Algorithms that were deleted and created anew since they got access. */
  recreated?: string[];
  /** Connections of this name fail with this reason. */
  failingConnections?: Record<string, string>;
}

/**
 * The backend's rules as far as the screens can tell, without a backend: for
 * tests, and for looking at the screens alone.
 */
export class InMemoryEventFlows implements EventFlowsApi {
  allowed: string[];
  connections: Connection[];
  topics: Record<string, TopicSummary[]>;
  queues: Queue[];
  recreated: string[];
  /** What every queue did lately. */
  history: QueueHistory = { stepMs: 60_000, points: [] };
  /** What queues did in the last hour. */
  trends: QueueTrend[] = [];
  /** What every topic holds. */
  records: TopicRecord[] = [];
  /** Of every queue, those with the latest attempt first. */
  receipts: RecordReceipts[] = [];
  receiptsOff = false;
  /** Why queues cannot be moved, by their ids. */
  unmovable: Record<string, string> = {};
  /** Why nobody can be let publish as at another connection. */
  publisherConflict: string | undefined;
  /** What every dead-letter topic holds, in one partition, the oldest first. */
  deadLetters: DeadLetter[] = [];
  /** How many of them one call looks at. */
  lettersAtOnce = 1_000;
  /** What was changed about every queue. */
  changes: RecentChange[] = [];
  /** Offsets of the only partition of every topic, where a position is moved. */
  rewindRange = { low: 0, high: 1_500 };
  /** What comes of trying a version. */
  trial: Omit<VersionTrial, 'versionRef'> = aTrial();
  readonly #failing: Record<string, string>;
  readonly #revisions = new Map<string, number>();
  readonly #publishers = new Map<string, string[]>();

  constructor(state: InMemoryState = {}) {
    this.allowed =
      state.allowed ??
      eventFlowsAdministrationPermissions.map(({ name }) => name);
    this.connections = state.connections ?? [];
    this.topics = state.topics ?? {};
    this.queues = state.queues ?? [];
    this.recreated = state.recreated ?? [];
    this.#failing = state.failingConnections ?? {};
  }

  async getAllowed(): Promise<Allowed> {
    return { items: this.allowed };
  }

  async getConnections(): Promise<{ items: Connection[] }> {
    return { items: this.connections };
  }

  async getConnection(id: string): Promise<Connection> {
    return this.#connection(id);
  }

  async createConnection(
    input: CreateConnection,
    options?: RequestOptions,
  ): Promise<Connection> {
    const reason = this.#failing[input.name];
    if (reason === 'hangs') {
      return new Promise((_resolve, reject) => {
        options?.signal?.addEventListener('abort', () =>
          reject(new DOMException('Aborted', 'AbortError')),
        );
      });
    }
    if (reason) {
      throw await responseError(400, {
        name: 'BrokerConnectionError',
        message: `Connection to ${input.brokers[0]} failed`,
        reason,
      });
    }
    if (this.connections.some(({ name }) => name === input.name)) {
      throw await responseError(409, {
        name: 'ConflictError',
        message: `A connection named ${input.name} exists already`,
      });
    }
    const connection = aConnection({
      id: input.name,
      name: input.name,
      brokers: input.brokers,
      tls: input.tls
        ? {
            ca: input.tls === true ? undefined : input.tls.ca,
            hasClientKey: input.tls !== true && input.tls.key !== undefined,
          }
        : undefined,
      sasl: input.sasl && {
        mechanism: input.sasl.mechanism,
        username: input.sasl.username,
      },
      createdAt: ago(0),
      state: { status: 'connected', since: ago(0), checkedAt: ago(0) },
      topicsInUse: 0,
      queuesEnabled: 0,
    });
    this.connections = [...this.connections, connection];
    this.topics[connection.id] = [];
    return connection;
  }

  async deleteConnection(id: string): Promise<void> {
    await this.#connection(id);
    this.connections = this.connections.filter(
      connection => connection.id !== id,
    );
    this.queues = this.queues.filter(({ connection }) => connection.id !== id);
  }

  async getTopics(connectionId: string): Promise<TopicList> {
    const connection = await this.#connection(connectionId);
    const items = this.topics[connectionId] ?? [];
    return connection.state.status === 'connected'
      ? { items, knownAt: ago(0) }
      : {
          items,
          knownAt: connection.state.since,
          unreachable: {
            reason: 'unreachable',
            message: connection.state.reason ?? 'No answer',
          },
        };
  }

  async getTopic(connectionId: string, topic: string): Promise<TopicDetails> {
    await this.#connection(connectionId);
    const summary = this.topics[connectionId]?.find(
      ({ name }) => name === topic,
    );
    if (!summary) {
      throw await responseError(404, {
        name: 'NotFoundError',
        message: `No topic ${topic}`,
      });
    }
    const revision = this.#revisions.get(`${connectionId}/${topic}`) ?? 0;
    return {
      name: topic,
      internal: summary.internal,
      partitions: summary.partitions,
      replicationFactor: 3,
      retentionMs: 604_800_000,
      approximateRecords: summary.approximateRecords,
      access: [
        ...this.queues
          .filter(
            queue =>
              queue.connection.id === connectionId && queue.topic === topic,
          )
          .map((queue): AccessEntry => ({
            algorithmRef: queue.algorithmRef,
            apiType: 'subscriber',
            queueId: queue.id,
            state: queue.state,
            phase: queue.status?.phase,
            recreated: this.recreated.includes(queue.algorithmRef) || undefined,
          })),
        ...(this.#publishers.get(`${connectionId}/${topic}`) ?? []).map(
          (algorithmRef): AccessEntry => ({
            ...{ algorithmRef, apiType: 'publisher' },
          }),
        ),
      ],
      revision,
      ...(revision > 0 && {
        accessChangedAt: ago(60_000),
        accessChangedBy: 'user:default/nils',
      }),
    };
  }

  async updateAccess(
    connectionId: string,
    topic: string,
    update: UpdateAccess,
  ): Promise<TopicDetails> {
    const key = `${connectionId}/${topic}`;
    const revision = this.#revisions.get(key) ?? 0;
    if (update.revision !== revision) {
      throw await responseError(409, {
        name: 'ConflictError',
        message: 'The access was changed in the meantime',
      });
    }
    const connection = await this.#connection(connectionId);
    const refsOf = (type: ApiType) =>
      update.access
        .filter(({ apiType }) => apiType === type)
        .map(({ algorithmRef }) => algorithmRef);
    const wanted = refsOf('subscriber');
    this.#publishers.set(key, refsOf('publisher'));
    const isHere = (queue: Queue) =>
      queue.connection.id === connectionId && queue.topic === topic;
    const kept = this.queues.filter(
      queue => !isHere(queue) || wanted.includes(queue.algorithmRef),
    );
    const added = wanted
      .filter(
        ref => !kept.some(queue => isHere(queue) && queue.algorithmRef === ref),
      )
      .map((algorithmRef): Queue => ({
        id: `${key}/${algorithmRef}`,
        connection: { id: connection.id, name: connection.name },
        topic,
        algorithmRef,
        state: 'disabled',
        revision: 1,
        mayUpdate: true,
        mayReadRecords: true,
        mayPublishTo: [],
        changedAt: ago(0),
        changedBy: 'user:default/ada',
      }));
    const renewed = update.access
      .filter(({ renew }) => renew)
      .map(({ algorithmRef }) => algorithmRef);
    this.recreated = this.recreated.filter(ref => !renewed.includes(ref));
    this.queues = [
      ...kept.map((queue): Queue =>
        isHere(queue) && renewed.includes(queue.algorithmRef)
          ? { ...queue, state: 'disabled', status: undefined }
          : queue,
      ),
      ...added,
    ];
    this.#revisions.set(key, revision + 1);
    this.topics[connectionId] = (this.topics[connectionId] ?? []).map(item =>
      item.name === topic
        ? { ...item, algorithms: wanted.length, algorithmRefs: wanted }
        : item,
    );
    return this.getTopic(connectionId, topic);
  }

  async copyPublishers(
    connectionId: string,
    { from, checkOnly }: CopyPublishers,
  ): Promise<{ items: CopiedPublisher[] }> {
    if (this.publisherConflict !== undefined) {
      throw await responseError(409, {
        ...{ name: 'ConflictError', message: this.publisherConflict },
      });
    }
    const items: CopiedPublisher[] = [];
    for (const [key, refs] of [...this.#publishers]) {
      if (key.startsWith(`${from}/`)) {
        const topic = key.slice(from.length + 1);
        const here = `${connectionId}/${topic}`;
        const known = this.#publishers.get(here) ?? [];
        const missing = refs.filter(ref => !known.includes(ref));
        items.push(...missing.map(algorithmRef => ({ topic, algorithmRef })));
        if (!checkOnly) {
          this.#publishers.set(here, [...known, ...missing]);
        }
      }
    }
    return { items };
  }

  async getAlgorithmQueues(algorithmRef: string): Promise<{ items: Queue[] }> {
    return {
      items: this.queues.filter(queue => queue.algorithmRef === algorithmRef),
    };
  }

  async getQueues(): Promise<{ items: Queue[] }> {
    this.#noteArrivals();
    return { items: this.queues };
  }

  async getQueue(id: string): Promise<Queue> {
    this.#noteArrivals();
    const queue = this.queues.find(candidate => candidate.id === id);
    if (!queue) {
      throw await responseError(404, {
        name: 'NotFoundError',
        message: `No queue ${id}`,
      });
    }
    return queue;
  }

  async getQueueChanges(id: string): Promise<{ items: RecentChange[] }> {
    await this.getQueue(id);
    return { items: this.changes };
  }

  async updateQueue(id: string, update: UpdateQueue): Promise<Queue> {
    const queue = await this.getQueue(id);
    if (update.revision !== queue.revision) {
      throw await responseError(409, {
        name: 'ConflictError',
        message: 'The queue was changed in the meantime',
      });
    }
    const changed: Queue =
      update.state === 'enabled'
        ? {
            ...queue,
            state: 'enabled',
            versionRef: update.versionRef,
            settings: { ...defaultQueueSettings, ...update.settings },
            status: aStatus({ versionRef: undefined }),
            revision: queue.revision + 1,
          }
        : {
            ...queue,
            state: 'disabled',
            status: aStatus({ phase: 'stopped', replicas: 0 }),
            revision: queue.revision + 1,
          };
    this.queues = this.queues.map(item => (item.id === id ? changed : item));
    return changed;
  }

  async getQueueHistory(queueId: string): Promise<QueueHistory> {
    await this.getQueue(queueId);
    return this.history;
  }

  async listQueueTrends({
    queueIds,
  }: ListQueueTrends): Promise<QueueTrendList> {
    return {
      ...{ stepMs: 120_000, until: ago(0) },
      items: this.trends.filter(({ queueId }) => queueIds.includes(queueId)),
    };
  }

  async moveQueue(
    queueId: string,
    { connectionId, checkOnly }: MoveQueue,
  ): Promise<Queue> {
    const queue = await this.getQueue(queueId);
    const problem = this.unmovable[queueId];
    if (problem && connectionId !== queue.openMove?.from.id) {
      throw await responseError(409, {
        ...{ name: 'ConflictError', message: problem },
      });
    }
    if (checkOnly) {
      return queue;
    }
    const { id, name } = await this.#connection(connectionId);
    const from = queue.openMove?.from ?? queue.connection;
    const moved: Queue = {
      ...{ ...queue, connection: { id, name } },
      revision: queue.revision + 1,
      openMove:
        from.id === id || queue.state === 'disabled'
          ? undefined
          : { from, since: ago(0) },
    };
    this.queues = this.queues.map(q => (q.id === queueId ? moved : q));
    return moved;
  }

  async peek(queueId: string, peek: Peek): Promise<{ items: TopicRecord[] }> {
    await this.getQueue(queueId);
    const { from, limit } = peek;
    const items = this.records.filter(
      ({ partition, offset }) =>
        !from ||
        (partition === from.partition && Number(offset) >= Number(from.offset)),
    );
    return { items: from ? items.slice(0, limit) : items.slice(-limit) };
  }

  async listPlaces(
    queueId: string,
    { limit }: ListPlaces,
  ): Promise<{ items: RecordPlace[] }> {
    await this.getQueue(queueId);
    const items = this.records
      .slice(-limit)
      .map(({ partition, offset }) => ({ partition, offset }));
    return { items };
  }

  async findReceipts(
    queueId: string,
    { key, partition, offset, outcome, limit }: FindReceipts,
  ): Promise<ReceiptList> {
    await this.getQueue(queueId);
    const items = this.receipts.filter(
      record =>
        (key === undefined || record.key?.data === key) &&
        (partition === undefined || record.partition === partition) &&
        (offset === undefined || record.offset === offset) &&
        (outcome === undefined || record.receipts.at(-1)?.outcome === outcome),
    );
    return {
      items: items.slice(0, limit),
      ...{ off: this.receiptsOff, maxAgeHours: 24, keptPerQueue: 1_000 },
    };
  }

  async tryVersion(
    _queueId: string,
    { versionRef }: TryVersion,
  ): Promise<VersionTrial> {
    return { ...this.trial, versionRef };
  }

  async listDeadLetters(
    queueId: string,
    { limit, openOnly, reason = '', before }: ListDeadLetters,
  ): Promise<DeadLetterList> {
    const { settings } = await this.getQueue(queueId);
    const topic = settings?.deadLetterTopic;
    if (!topic) {
      return { items: [] };
    }
    const below = this.deadLetters.filter(
      ({ offset }) => !before || Number(offset) < Number(before[0].offset),
    );
    // No call looks at more than that, whatever it finds.
    const looked = below.slice(-this.lettersAtOnce).reverse();
    const items = looked
      .filter(({ mark }) => !openOnly || !mark)
      .filter(letter => letter.reason.includes(reason))
      .slice(0, limit);
    const last = items.length < limit ? looked.at(-1) : items.at(-1);
    const records = last ? below.indexOf(last) : 0;
    return {
      ...{ topic, items },
      ...(last &&
        records > 0 && {
          older: {
            before: [{ partition: last.partition, offset: last.offset }],
            records,
          },
        }),
    };
  }

  async redeliver(
    _queueId: string,
    { partition, offset, versionRef }: Redeliver,
  ): Promise<VersionTrial> {
    if (this.trial.outcome === 'delivered') {
      this.#mark({ partition, offset }, 'redelivered');
    }
    return { ...this.trial, versionRef };
  }

  async dismiss(_queueId: string, place: Dismiss): Promise<void> {
    this.#mark(place, 'dismissed');
  }

  async purgeDeadLetters(
    _queueId: string,
    { checkOnly }: PurgeDeadLetters,
  ): Promise<PurgedDeadLetters> {
    const firstOpen = this.deadLetters.findIndex(({ mark }) => !mark);
    const records = firstOpen < 0 ? this.deadLetters.length : firstOpen;
    if (!checkOnly) {
      this.deadLetters = this.deadLetters.slice(records);
    }
    return { records };
  }

  /** A queue that runs has arrived. */
  #noteArrivals(): void {
    this.queues = this.queues.map(queue =>
      queue.openMove && queue.status?.phase === 'running'
        ? { ...queue, openMove: undefined }
        : queue,
    );
  }

  #mark(
    { partition, offset }: Pick<Dismiss, 'partition' | 'offset'>,
    state: 'redelivered' | 'dismissed',
  ): void {
    const mark = { state, at: ago(0), by: 'user:default/nils' };
    this.deadLetters = this.deadLetters.map(letter =>
      letter.partition === partition && letter.offset === offset
        ? { ...letter, mark }
        : letter,
    );
  }

  async previewRewind(queueId: string, to: RewindTo): Promise<RewindPreview> {
    await this.getQueue(queueId);
    const { low, high } = this.rewindRange;
    const wanted = to.kind === 'offset' ? Number(to.offset) : low;
    const target =
      to.kind === 'latest' ? high : Math.min(Math.max(wanted, low), high);
    return {
      records: high - target,
      again: Math.max(0, 1_000 - target),
      leftOut: Math.max(0, target - 1_000),
      partitions: [{ partition: 0, position: '1000', target: `${target}` }],
    };
  }

  async rewindQueue(queueId: string, rewind: RewindQueue): Promise<Queue> {
    const queue = await this.getQueue(queueId);
    if (queue.revision !== rewind.revision) {
      throw await responseError(409, {
        name: 'ConflictError',
        message: 'The queue was changed in the meantime',
      });
    }
    const { records } = await this.previewRewind(queueId, rewind.to);
    const changed: Queue = {
      ...queue,
      revision: queue.revision + 1,
      status: aStatus({ phase: 'stopped', replicas: 0, lag: records }),
    };
    this.queues = this.queues.map(item =>
      item.id === queueId ? changed : item,
    );
    return changed;
  }

  async getSecretRotation(): Promise<SecretRotation> {
    return { state: 'complete', keys: [], unreadable: [] };
  }

  rotateSecrets(): Promise<SecretRotation> {
    return this.getSecretRotation();
  }

  async decideHeldUpRecord(
    queueId: string,
    decision: DecideHeldUpRecord,
  ): Promise<Queue> {
    const queue = await this.getQueue(queueId);
    const { action, partition, offset } = decision;
    const heldUp = queue.status?.heldUp ?? [];
    const left = heldUp.filter(
      record => record.partition !== partition || record.offset !== offset,
    );
    if (!queue.status || left.length === heldUp.length) {
      throw await responseError(409, {
        name: 'ConflictError',
        message: 'The record is not held up any more',
      });
    }
    if (
      action === 'dead-letter' &&
      !decision.deadLetterTopic &&
      !queue.settings?.deadLetterTopic
    ) {
      throw await responseError(400, {
        name: 'InputError',
        message: 'deadLetterTopic: the queue has none, so name one',
      });
    }
    const { counters } = queue.status;
    const done = {
      retry: { delivered: counters.delivered + 1 },
      skip: { skipped: counters.skipped + 1 },
      'dead-letter': { deadLettered: counters.deadLettered + 1 },
    }[action];
    const changed: Queue = {
      ...queue,
      status: {
        ...queue.status,
        phase: left[0]?.phase ?? 'running',
        reason: left[0]?.reason,
        heldUp: left,
        counters: { ...counters, ...done, inFlight: counters.inFlight - 1 },
      },
    };
    this.queues = this.queues.map(item =>
      item.id === queueId ? changed : item,
    );
    return changed;
  }

  async #connection(id: string): Promise<Connection> {
    const connection = this.connections.find(candidate => candidate.id === id);
    if (!connection) {
      throw await responseError(404, {
        name: 'NotFoundError',
        message: `No connection ${id}`,
      });
    }
    return connection;
  }
}
