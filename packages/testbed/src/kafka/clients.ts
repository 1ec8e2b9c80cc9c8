import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  Partitioners,
  ResourcePatternTypes,
  type Admin,
  type IHeaders,
} from 'kafkajs';
import { waitUntil } from '../waitUntil';

export interface TopicToCreate {
  topic: string;
  /** Default 1. */
  partitions?: number;
  /** Copies of each partition, on as many brokers; default 1. */
  replication?: number;
  /** Topic configuration, for example `{ 'cleanup.policy': 'compact' }`. */
  config?: Record<string, string>;
}

/** A record to produce; strings are written as UTF-8. */
export interface RecordToProduce {
  value: string | Buffer | null;
  key?: string | Buffer | null;
  partition?: number;
  headers?: IHeaders;
  /** Milliseconds since the epoch. */
  timestamp?: number;
}

/** Where a produced record lies. */
export interface ProducedRecord {
  partition: number;
  offset: bigint;
}

/** A client without sign-in that logs nothing. */
function quietKafka(brokers: string[]): Kafka {
  return new Kafka({
    clientId: 'event-flows-testbed',
    brokers,
    logLevel: logLevel.NOTHING,
  });
}

/** Runs something with an administration client and disconnects it. */
export async function withAdmin<T>(
  brokers: string[],
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = quietKafka(brokers).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * Creates topics that do not exist yet and waits until the partitions of all
 * can be used: just after a broker's start, those of older topics cannot either.
 * Topics that exist are left as they are.
 */
export async function createTopics(
  brokers: string[],
  topics: readonly TopicToCreate[],
): Promise<void> {
  await withAdmin(brokers, async admin => {
    const existing = new Set(await admin.listTopics());
    const missing = topics.filter(({ topic }) => !existing.has(topic));
    if (missing.length > 0) {
      await admin.createTopics({
        // kafkajs' own waiting throws now and then while leaders are elected.
        waitForLeaders: false,
        topics: missing.map(entry => ({
          topic: entry.topic,
          numPartitions: entry.partitions ?? 1,
          replicationFactor: entry.replication ?? 1,
          configEntries: Object.entries(entry.config ?? {}).map(
            ([name, value]) => ({ name, value }),
          ),
        })),
      });
    }
    const names = topics.map(({ topic }) => topic);
    await waitUntil(() => canBeUsed(admin, names), {
      timeoutMs: 15_000,
      what: `leaders of the topics ${names.join(', ')}`,
    });
  });
}

/**
 * Metadata names a leader a moment before that one knows of it: only an answer
 * about its offsets proves that a partition can be used. Throws until then.
 */
async function canBeUsed(admin: Admin, topics: string[]): Promise<boolean> {
  await Promise.all(topics.map(topic => admin.fetchTopicOffsets(topic)));
  return true;
}

/**
 * Writes records with acks=all, in order, and says where each went.
 * Without a partition the key decides, as Kafka's own clients do it.
 */
export async function produce(
  brokers: string[],
  topic: string,
  records: readonly RecordToProduce[],
): Promise<ProducedRecord[]> {
  const partitioner = Partitioners.DefaultPartitioner();
  const count = await withAdmin(brokers, async admin => {
    const metadata = await admin.fetchTopicMetadata({ topics: [topic] });
    return metadata.topics[0].partitions;
  });
  // Kafka answers with the first offset of each partition's batch: to know each
  // record's offset we have to know its partition before it is sent.
  const placed = records.map(record => ({
    ...record,
    timestamp: record.timestamp?.toString(),
    partition:
      record.partition ??
      partitioner({
        topic,
        partitionMetadata: count,
        message: { ...record, timestamp: undefined },
      }),
  }));

  const producer = quietKafka(brokers).producer({
    createPartitioner: () => partitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  try {
    const answers = await producer.send({ topic, acks: -1, messages: placed });
    const next = new Map(
      answers.map(({ partition, baseOffset = '0' }) => [
        partition,
        BigInt(baseOffset),
      ]),
    );
    return placed.map(({ partition }) => {
      const offset = next.get(partition) ?? 0n;
      next.set(partition, offset + 1n);
      return { partition, offset };
    });
  } finally {
    await producer.disconnect();
  }
}

/**
 * Forbids a SASL user everything on a topic, which then does not even exist for
 * that user. Everyone else may go on.
 */
export async function denyTopic(
  brokers: string[],
  topic: string,
  username: string,
): Promise<void> {
  const entry = {
    resourceType: AclResourceTypes.TOPIC,
    resourceName: topic,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    host: '*',
    operation: AclOperationTypes.ALL,
  };
  await withAdmin(brokers, admin =>
    admin.createAcls({
      acl: [
        {
          ...entry,
          principal: `User:${username}`,
          permissionType: AclPermissionTypes.DENY,
        },
        // The first rule on a topic ends "everyone may"; this one restores it.
        {
          ...entry,
          principal: 'User:*',
          permissionType: AclPermissionTypes.ALLOW,
        },
      ],
    }),
  );
}

/** Forbids a SASL user everything on consumer groups. */
export async function denyGroups(
  brokers: string[],
  groupIds: readonly string[],
  username: string,
): Promise<void> {
  await withAdmin(brokers, admin =>
    admin.createAcls({
      acl: groupIds.map(resourceName => ({
        resourceType: AclResourceTypes.GROUP,
        resourceName,
        resourcePatternType: ResourcePatternTypes.LITERAL,
        host: '*',
        principal: `User:${username}`,
        operation: AclOperationTypes.ALL,
        permissionType: AclPermissionTypes.DENY,
      })),
    }),
  );
}
