import { parseEntityRef } from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
import type {
  Allowed,
  Connection,
  CopiedPublisher,
  CopyPublishers,
  CreateConnection,
  DeadLetterList,
  DecideHeldUpRecord,
  Dismiss,
  ListDeadLetters,
  ListQueueTrends,
  ListPlaces,
  FindReceipts,
  MoveQueue,
  Peek,
  PurgeDeadLetters,
  PurgedDeadLetters,
  ReceiptList,
  HistoryPeriod,
  Queue,
  QueueHistory,
  QueueTrendList,
  Redeliver,
  RecentChange,
  RecordPlace,
  RewindPreview,
  RewindQueue,
  RewindTo,
  SecretRotation,
  TopicDetails,
  TopicList,
  TopicRecord,
  TryVersion,
  UpdateAccess,
  UpdateQueue,
  VersionTrial,
} from '../schemas';
import type { EventFlowsApi, RequestOptions } from './EventFlowsApi';

/**
 * Speaks to the backend plugin over HTTP; for the browser and for other
 * backends alike.
 *
 * @public
 */
export class EventFlowsClient implements EventFlowsApi {
  readonly #discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  readonly #fetchApi: { fetch: typeof fetch };

  constructor(options: {
    discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
    fetchApi: { fetch: typeof fetch };
  }) {
    this.#discoveryApi = options.discoveryApi;
    this.#fetchApi = options.fetchApi;
  }

  /** {@inheritDoc EventFlowsApi.getAllowed} */
  getAllowed(options?: RequestOptions): Promise<Allowed> {
    return this.#read('/allowed', options);
  }

  /** {@inheritDoc EventFlowsApi.getConnections} */
  getConnections(options?: RequestOptions): Promise<{ items: Connection[] }> {
    return this.#read('/connections', options);
  }

  /** {@inheritDoc EventFlowsApi.getConnection} */
  getConnection(id: string, options?: RequestOptions): Promise<Connection> {
    return this.#read(path`/connections/${id}`, options);
  }

  /** {@inheritDoc EventFlowsApi.createConnection} */
  createConnection(
    connection: CreateConnection,
    options?: RequestOptions,
  ): Promise<Connection> {
    return this.#write('POST', '/connections', connection, options);
  }

  /** {@inheritDoc EventFlowsApi.deleteConnection} */
  async deleteConnection(id: string, options?: RequestOptions): Promise<void> {
    await this.#send(path`/connections/${id}`, {
      method: 'DELETE',
      signal: options?.signal,
    });
  }

  /** {@inheritDoc EventFlowsApi.getTopics} */
  getTopics(
    connectionId: string,
    options?: RequestOptions,
  ): Promise<TopicList> {
    return this.#read(path`/connections/${connectionId}/topics`, options);
  }

  /** {@inheritDoc EventFlowsApi.getTopic} */
  getTopic(
    connectionId: string,
    topic: string,
    options?: RequestOptions,
  ): Promise<TopicDetails> {
    return this.#read(
      path`/connections/${connectionId}/topics/${topic}`,
      options,
    );
  }

  /** {@inheritDoc EventFlowsApi.updateAccess} */
  updateAccess(
    connectionId: string,
    topic: string,
    update: UpdateAccess,
    options?: RequestOptions,
  ): Promise<TopicDetails> {
    return this.#write(
      'PUT',
      path`/connections/${connectionId}/topics/${topic}/access`,
      update,
      options,
    );
  }

  /** {@inheritDoc EventFlowsApi.copyPublishers} */
  copyPublishers(
    connectionId: string,
    copy: CopyPublishers,
    options?: RequestOptions,
  ): Promise<{ items: CopiedPublisher[] }> {
    return this.#write(
      'POST',
      path`/connections/${connectionId}/publishers`,
      copy,
      options,
    );
  }

  /** {@inheritDoc EventFlowsApi.getAlgorithmQueues} */
  getAlgorithmQueues(
    algorithmRef: string,
    options?: RequestOptions,
  ): Promise<{ items: Queue[] }> {
    const { kind, namespace, name } = parseEntityRef(algorithmRef);
    return this.#read(
      path`/algorithms/${kind}/${namespace}/${name}/queues`,
      options,
    );
  }

  /** {@inheritDoc EventFlowsApi.getQueues} */
  getQueues(options?: RequestOptions): Promise<{ items: Queue[] }> {
    return this.#read('/queues', options);
  }

  /** {@inheritDoc EventFlowsApi.listQueueTrends} */
  listQueueTrends(
    list: ListQueueTrends,
    options?: RequestOptions,
  ): Promise<QueueTrendList> {
    return this.#write('POST', '/queues/trends', list, options);
  }

  /** {@inheritDoc EventFlowsApi.getQueue} */
  getQueue(id: string, options?: RequestOptions): Promise<Queue> {
    return this.#read(path`/queues/${id}`, options);
  }

  /** {@inheritDoc EventFlowsApi.getQueueChanges} */
  getQueueChanges(
    id: string,
    options?: RequestOptions,
  ): Promise<{ items: RecentChange[] }> {
    return this.#read(path`/queues/${id}/changes`, options);
  }

  /** {@inheritDoc EventFlowsApi.getQueueHistory} */
  getQueueHistory(
    id: string,
    period: HistoryPeriod,
    options?: RequestOptions,
  ): Promise<QueueHistory> {
    return this.#read(path`/queues/${id}/history/${period}`, options);
  }

  /** {@inheritDoc EventFlowsApi.updateQueue} */
  updateQueue(
    id: string,
    update: UpdateQueue,
    options?: RequestOptions,
  ): Promise<Queue> {
    return this.#write('PUT', path`/queues/${id}`, update, options);
  }

  /** {@inheritDoc EventFlowsApi.decideHeldUpRecord} */
  decideHeldUpRecord(
    queueId: string,
    decision: DecideHeldUpRecord,
    options?: RequestOptions,
  ): Promise<Queue> {
    return this.#write(
      'POST',
      path`/queues/${queueId}/decisions`,
      decision,
      options,
    );
  }

  /** {@inheritDoc EventFlowsApi.moveQueue} */
  moveQueue(
    queueId: string,
    move: MoveQueue,
    options?: RequestOptions,
  ): Promise<Queue> {
    return this.#write('POST', path`/queues/${queueId}/move`, move, options);
  }

  /** {@inheritDoc EventFlowsApi.peek} */
  peek(
    queueId: string,
    peek: Peek,
    options?: RequestOptions,
  ): Promise<{ items: TopicRecord[] }> {
    return this.#write('POST', path`/queues/${queueId}/peek`, peek, options);
  }

  /** {@inheritDoc EventFlowsApi.listPlaces} */
  listPlaces(
    queueId: string,
    list: ListPlaces,
    options?: RequestOptions,
  ): Promise<{ items: RecordPlace[] }> {
    return this.#write('POST', path`/queues/${queueId}/places`, list, options);
  }

  /** {@inheritDoc EventFlowsApi.findReceipts} */
  findReceipts(
    queueId: string,
    find: FindReceipts,
    options?: RequestOptions,
  ): Promise<ReceiptList> {
    return this.#write(
      'POST',
      path`/queues/${queueId}/receipts`,
      find,
      options,
    );
  }

  /** {@inheritDoc EventFlowsApi.tryVersion} */
  tryVersion(
    queueId: string,
    attempt: TryVersion,
    options?: RequestOptions,
  ): Promise<VersionTrial> {
    return this.#write('POST', path`/queues/${queueId}/try`, attempt, options);
  }

  /** {@inheritDoc EventFlowsApi.listDeadLetters} */
  listDeadLetters(
    queueId: string,
    list: ListDeadLetters,
    options?: RequestOptions,
  ): Promise<DeadLetterList> {
    return this.#write(
      'POST',
      path`/queues/${queueId}/dead-letters`,
      list,
      options,
    );
  }

  /** {@inheritDoc EventFlowsApi.redeliver} */
  redeliver(
    queueId: string,
    redeliver: Redeliver,
    options?: RequestOptions,
  ): Promise<VersionTrial> {
    return this.#write(
      'POST',
      path`/queues/${queueId}/dead-letters/redeliver`,
      redeliver,
      options,
    );
  }

  /** {@inheritDoc EventFlowsApi.dismiss} */
  async dismiss(
    queueId: string,
    dismiss: Dismiss,
    options?: RequestOptions,
  ): Promise<void> {
    await this.#send(path`/queues/${queueId}/dead-letters/dismiss`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(dismiss),
      signal: options?.signal,
    });
  }

  /** {@inheritDoc EventFlowsApi.purgeDeadLetters} */
  purgeDeadLetters(
    queueId: string,
    purge: PurgeDeadLetters,
    options?: RequestOptions,
  ): Promise<PurgedDeadLetters> {
    return this.#write(
      'POST',
      path`/queues/${queueId}/dead-letters/purge`,
      purge,
      options,
    );
  }

  /** {@inheritDoc EventFlowsApi.previewRewind} */
  previewRewind(
    queueId: string,
    to: RewindTo,
    options?: RequestOptions,
  ): Promise<RewindPreview> {
    return this.#write(
      'POST',
      path`/queues/${queueId}/rewind/preview`,
      { to },
      options,
    );
  }

  /** {@inheritDoc EventFlowsApi.rewindQueue} */
  rewindQueue(
    queueId: string,
    rewind: RewindQueue,
    options?: RequestOptions,
  ): Promise<Queue> {
    return this.#write(
      'POST',
      path`/queues/${queueId}/rewind`,
      rewind,
      options,
    );
  }

  /** {@inheritDoc EventFlowsApi.getSecretRotation} */
  getSecretRotation(options?: RequestOptions): Promise<SecretRotation> {
    return this.#read('/secrets/rotation', options);
  }

  /** {@inheritDoc EventFlowsApi.rotateSecrets} */
  rotateSecrets(options?: RequestOptions): Promise<SecretRotation> {
    return this.#write('POST', '/secrets/rotation', undefined, options);
  }

  async #read<T>(route: string, options?: RequestOptions): Promise<T> {
    const response = await this.#send(route, { signal: options?.signal });
    return response.json();
  }

  async #write<T>(
    method: 'POST' | 'PUT',
    route: string,
    body: unknown,
    options?: RequestOptions,
  ): Promise<T> {
    const response = await this.#send(route, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: options?.signal,
    });
    return response.json();
  }

  async #send(route: string, init: RequestInit): Promise<Response> {
    const baseUrl = await this.#discoveryApi.getBaseUrl('event-flows');
    const response = await this.#fetchApi.fetch(`${baseUrl}${route}`, init);
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return response;
  }
}

/** A route in which every value is one encoded segment. */
function path(texts: TemplateStringsArray, ...values: string[]): string {
  return texts.reduce(
    (route, text, i) => `${route}${encodeURIComponent(values[i - 1])}${text}`,
  );
}
