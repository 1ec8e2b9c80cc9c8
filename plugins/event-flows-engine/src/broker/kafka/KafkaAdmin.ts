import { setTimeout as delay } from 'node:timers/promises';
import {
  BrokerConnectionError,
  type RewindTo,
} from '@event-flows/backstage-plugin-event-flows-common';
import { ConfigResourceTypes, type Admin } from 'kafkajs';
import type { DialPolicy } from '../../address/AddressPolicy';
import type {
  AdminCallOptions,
  BrokerAccess,
  ClusterInfo,
  KnownPosition,
  PartitionRange,
  PurgedLetters,
  RecordPlace,
  TopicConfig,
  TopicInfo,
  UnreadRecords,
} from '../../types';
import type {
  BrokerRecord,
  DriverAdmin,
  Log,
  RecordSearch,
  SearchResult,
  Start,
} from '../BrokerDriver';
import { toBrokerConnectionError } from './brokerErrors';
import {
  createKafkaClient,
  type ClientSockets,
  type KafkaClient,
} from './kafkaClient';
import { CoordinatorAnswer } from './KafkaAdminCoordinator';
import {
  countMembers,
  setMissingPositions,
  startsOfKnown,
  type WantedPositions,
} from './KafkaAdminPositions';
import { movePositions, planMove } from './KafkaAdminMoves';
import { deleteDone, type Purge } from './KafkaAdminPurging';
import { findLatestPlaces } from './KafkaAdminPlaces';
import { readRecords, type RecordsQuery } from './KafkaAdminReading';
import { countRecords, countRecordsOfAll } from './KafkaAdminRecords';
import { searchBackwards } from './KafkaAdminSearching';
import { unreadPartitions } from './KafkaAdminUnread';

const DEFAULT_TIMEOUT_MS = 15_000;
const READY_RETRY_MS = 200;
const NOT_READY =
  /^(GROUP_LOAD_IN_PROGRESS|GROUP_COORDINATOR_NOT_AVAILABLE|NOT_COORDINATOR_FOR_GROUP|LEADER_NOT_AVAILABLE|NOT_LEADER_FOR_PARTITION)$/;
const NO_SUCH_TOPIC = /^(UNKNOWN_TOPIC_OR_PARTITION|INVALID_TOPIC_EXCEPTION)$/;
/** Kafka's own topics that brokers do not mark as such. */
const INTERNAL_NAME = /^__/;

/** {@link DriverAdmin} by kafkajs; each call has a client of its own. */
export class KafkaAdmin implements DriverAdmin {
  constructor(
    private readonly policy: DialPolicy,
    private readonly log: Log,
  ) {}

  async probe(
    access: BrokerAccess,
    options?: AdminCallOptions,
  ): Promise<ClusterInfo> {
    return this.#call(access, options, {}, async ({ admin, sockets }) => {
      const { clusterId, brokers } = await admin.describeCluster();
      // Until here only the address that was entered was used. A queue goes to
      // the coordinator of its group, where the cluster says it is.
      await reach(sockets, () => admin.describeGroups(['event-flows-probe']));
      return { clusterId, brokers: brokers.length };
    });
  }

  async topics(
    access: BrokerAccess,
    options?: AdminCallOptions,
  ): Promise<TopicInfo[]> {
    return this.#call(access, options, {}, async ({ admin, kafka }) => {
      const { topics } = await admin.fetchTopicMetadata();
      const counts = await countRecordsOfAll(
        kafka,
        topics.map(({ name }) => name),
      );
      return topics.map(topic => {
        const approximateRecords = counts.get(topic.name);
        return {
          ...toTopicInfo(topic),
          ...(approximateRecords !== undefined && { approximateRecords }),
        };
      });
    });
  }

  async topic(
    access: BrokerAccess,
    topic: string,
    options?: AdminCallOptions,
  ): Promise<(TopicInfo & TopicConfig) | undefined> {
    return this.#call(access, options, { topic }, async ({ admin }) => {
      // By its name: in a list of all, one that this user may not see is
      // missing like one that does not exist.
      const found = await findTopic(admin, topic);
      return (
        found && {
          ...toTopicInfo(found),
          ...(await optional(async () => ({
            approximateRecords: await countRecords(admin, topic),
          }))),
          ...(await optional(() => readConfig(admin, topic))),
        }
      );
    });
  }

  async ensurePositions(
    access: BrokerAccess,
    position: WantedPositions,
    options?: AdminCallOptions,
  ): Promise<boolean> {
    const { groupId, topic } = position;
    return this.#call(access, options, { groupId, topic }, client =>
      setMissingPositions(client, position),
    );
  }

  async startsOf(
    access: BrokerAccess,
    { topic, known }: { topic: string; known: readonly KnownPosition[] },
    options?: AdminCallOptions,
  ): Promise<Start[]> {
    return this.#call(access, options, { topic }, ({ admin }) =>
      startsOfKnown(admin, topic, known),
    );
  }

  async planMove(
    access: BrokerAccess,
    plan: { groupId: string; topic: string; to: RewindTo },
    options?: AdminCallOptions,
  ): Promise<PartitionRange[]> {
    const { groupId, topic } = plan;
    return this.#call(access, options, { groupId, topic }, ({ admin }) =>
      planMove(admin, plan),
    );
  }

  async movePositions(
    access: BrokerAccess,
    move: Parameters<typeof movePositions>[1],
    options?: AdminCallOptions,
  ): Promise<boolean> {
    const { groupId, topic } = move;
    return this.#call(access, options, { groupId, topic }, client =>
      movePositions(client, move),
    );
  }

  async read(
    access: BrokerAccess,
    query: RecordsQuery,
    options?: AdminCallOptions,
  ): Promise<{ clusterId: string; records: BrokerRecord[] }> {
    const { topic } = query;
    return this.#call(access, options, { topic }, async ({ admin, kafka }) => {
      const { clusterId } = await admin.describeCluster();
      return { clusterId, records: await readRecords(kafka, query) };
    });
  }

  async latestPlaces(
    access: BrokerAccess,
    query: { topic: string; limit: number },
    options?: AdminCallOptions,
  ): Promise<RecordPlace[]> {
    const { topic } = query;
    return this.#call(access, options, { topic }, ({ kafka }) =>
      findLatestPlaces(kafka, query),
    );
  }

  async search<T>(
    access: BrokerAccess,
    search: RecordSearch<T>,
    options?: AdminCallOptions,
  ): Promise<SearchResult<T>> {
    const { topic } = search;
    return this.#call(access, options, { topic }, ({ kafka }) =>
      searchBackwards(kafka, search),
    );
  }

  async unread(
    access: BrokerAccess,
    asked: { groupId: string; topic: string; known?: KnownPosition[] },
    options?: AdminCallOptions,
  ): Promise<UnreadRecords | undefined> {
    const { groupId, topic } = asked;
    return this.#call(access, options, { groupId, topic }, async client => {
      const { admin } = client;
      return (
        (await findTopic(admin, topic)) && {
          ...(await optional(() => readConfig(admin, topic))),
          partitions: await unreadPartitions(client, asked),
        }
      );
    });
  }

  async purge(
    access: BrokerAccess,
    purge: Purge,
    options?: AdminCallOptions,
  ): Promise<PurgedLetters> {
    const { topic } = purge;
    return this.#call(access, options, { topic }, client =>
      deleteDone(client, purge),
    );
  }

  async groupMembers(
    access: BrokerAccess,
    groupId: string,
    options?: AdminCallOptions,
  ): Promise<number> {
    return this.#call(access, options, { groupId }, ({ admin }) =>
      countMembers(admin, groupId),
    );
  }

  /** Opens a client, and sees to it that nothing of it is left afterwards. */
  async #call<T>(
    access: BrokerAccess,
    options: AdminCallOptions = {},
    asked: { topic?: string; groupId?: string },
    work: (client: KafkaClient & { admin: Admin }) => Promise<T>,
  ): Promise<T> {
    const { signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    const coordinator = new CoordinatorAnswer();
    const { kafka, sockets } = createKafkaClient(access, {
      policy: this.policy,
      log: this.log,
      retry: { retries: 2, initialRetryTime: 200, maxRetryTime: 1_000 },
      onFailure: (mention, failure) => coordinator.note(mention, failure),
    });
    const admin = kafka.admin();
    const readiness: Readiness = {};
    const interruption = interruptionOf(signal, timeoutMs, () =>
      lateAnswer(access, timeoutMs, readiness),
    );
    const connectAndWork = async () => {
      await admin.connect();
      // One of the addresses works; what another one failed with is no reason.
      sockets.forgetFailure();
      return whenReady(readiness, () =>
        coordinator.explain(() => work({ admin, kafka, sockets })),
      );
    };
    try {
      return await Promise.race([connectAndWork(), interruption.promise]);
    } catch (error) {
      throw toBrokerConnectionError(error, {
        access,
        ...asked,
        socketFailure: sockets.failure,
      });
    } finally {
      interruption.clear();
      sockets.destroy(new Error('The call is over'));
      await disconnectQuietly(admin, this.log);
    }
  }
}

/** What a cluster said last of why it is not ready. */
interface Readiness {
  missing?: string;
}

/**
 * Tries again while the cluster is still getting ready: the coordinator of a
 * group has to load it first, in a new cluster even to create its topic.
 * Whoever waits for this has a deadline, after which every try fails for good.
 */
async function whenReady<T>(
  readiness: Readiness,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const { type } = error as { type?: string };
      if (type === undefined || !NOT_READY.test(type)) {
        throw error;
      }
      readiness.missing = type;
      await delay(READY_RETRY_MS);
    }
  }
}

/**
 * Asks only to see whether every socket that it takes can be opened. What a
 * broker answers does not matter: that the coordinator is not ready yet, or
 * that this user may not ask, which kafkajs cannot tell apart.
 */
async function reach(sockets: ClientSockets, ask: () => Promise<unknown>) {
  try {
    await ask();
  } catch (error) {
    if (sockets.failure) {
      throw error;
    }
  }
}

/** With its sockets gone, nothing that disconnecting could fail with matters. */
async function disconnectQuietly(admin: Admin, log: Log) {
  try {
    await admin.disconnect();
  } catch (error) {
    log({ level: 'debug', message: `kafkajs: ${(error as Error).message}` });
  }
}

/** A promise that only ever rejects: when the caller or the clock says so. */
function interruptionOf(
  signal: AbortSignal | undefined,
  timeoutMs: number,
  late: () => string,
) {
  let clear = () => {};
  const promise = new Promise<never>((_, reject) => {
    const rejectWith = (message: string) =>
      reject(new BrokerConnectionError('timeout', message));
    const onAbort = () => rejectWith('The call was cancelled');
    const timer = setTimeout(() => rejectWith(late()), timeoutMs);
    clear = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    if (signal?.aborted) {
      onAbort();
    }
    signal?.addEventListener('abort', onAbort);
  });
  return { promise, clear };
}

function lateAnswer(
  { brokers }: BrokerAccess,
  timeoutMs: number,
  { missing }: Readiness,
): string {
  const names = brokers.join(', ');
  const seconds = timeoutMs / 1000;
  return missing === undefined
    ? `The brokers ${names} did not answer within ${seconds} s: check the addresses, the firewall, and whether encryption is set as the cluster expects it`
    : `The cluster of ${names} was not ready within ${seconds} s (${missing}): it is still starting, or has lost brokers that it needs; try again later`;
}

type TopicMetadata = Awaited<
  ReturnType<Admin['fetchTopicMetadata']>
>['topics'][number];

function toTopicInfo({ name, partitions, ...rest }: TopicMetadata): TopicInfo {
  return {
    name,
    internal:
      INTERNAL_NAME.test(name) ||
      ('isInternal' in rest && rest.isInternal === true),
    partitions: partitions.length,
    replicationFactor: Math.max(
      0,
      ...partitions.map(({ replicas }) => replicas.length),
    ),
  };
}

/** Undefined: there is no such topic. */
async function findTopic(
  admin: Admin,
  topic: string,
): Promise<TopicMetadata | undefined> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0];
  } catch (error) {
    const { type } = error as { type?: string };
    if (type && NO_SUCH_TOPIC.test(type)) {
      return undefined;
    }
    throw error;
  }
}

async function readConfig(admin: Admin, topic: string): Promise<TopicConfig> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [
      {
        type: ConfigResourceTypes.TOPIC,
        name: topic,
        configNames: ['cleanup.policy', 'retention.ms', 'retention.bytes'],
      },
    ],
  });
  const textOf = (name: string) =>
    resources
      .flatMap(({ configEntries }) => configEntries)
      .find(({ configName }) => configName === name)?.configValue;
  const valueOf = (name: string) => {
    const value = Number(textOf(name));
    return Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  if (textOf('cleanup.policy') === 'compact') {
    // Its limits are set all the same, and mean nothing.
    return {};
  }
  return {
    retentionMs: valueOf('retention.ms'),
    retentionBytes: valueOf('retention.bytes'),
  };
}

/**
 * A detail that the cluster may keep from this user. What else is wrong with
 * the connection shows in the calls that are not optional.
 */
async function optional<T extends object>(
  read: () => Promise<T>,
): Promise<T | Record<string, never>> {
  try {
    return await read();
  } catch (error) {
    const { type } = error as { type?: string };
    if (type?.endsWith('AUTHORIZATION_FAILED')) {
      return {};
    }
    throw error;
  }
}
