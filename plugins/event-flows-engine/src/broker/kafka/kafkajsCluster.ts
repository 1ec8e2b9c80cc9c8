import type { Kafka } from 'kafkajs';

/** Low or high watermarks of a topic. */
export interface Watermarks {
  topic: string;
  partitions: Array<{ partition: number; offset: string }>;
}

/** What a broker answers to a read of one partition. */
export interface FetchedPartition {
  partition: number;
  highWatermark: string;
  abortedTransactions?: unknown[];
  messages: Array<{ offset: string; timestamp: string }>;
}

/**
 * As much of kafkajs' own view of a cluster as is used here. Its administration
 * client asks about one topic at a time, and about all earlier ones again with
 * each: a thousand topics take it half a minute, this a few requests. And it
 * reads records without a consumer group, which no client of kafkajs does.
 */
export interface KafkajsCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  findTopicPartitionMetadata(
    topic: string,
  ): Array<{ partitionId: number; leader: number }>;
  fetchTopicsOffset(
    topics: Array<{
      topic: string;
      fromBeginning: boolean;
      partitions: Array<{ partition: number }>;
    }>,
  ): Promise<Watermarks[]>;
  findBroker(options: { nodeId: string }): Promise<{
    fetch(request: {
      replicaId: number;
      /** 1: only what is committed of transactions. */
      isolationLevel: 0 | 1;
      maxWaitTime: number;
      minBytes: number;
      maxBytes: number;
      topics: Array<{
        topic: string;
        partitions: Array<{
          partition: number;
          fetchOffset: string;
          maxBytes: number;
        }>;
      }>;
    }): Promise<{ responses: Array<{ partitions: FetchedPartition[] }> }>;
  }>;
}

/** A cluster of its own; undefined if this version of kafkajs does not give it. */
export function clusterOf(kafka: Kafka): KafkajsCluster | undefined {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const create = symbol && Reflect.get(kafka, symbol);
  return typeof create === 'function'
    ? create({ allowAutoTopicCreation: false })
    : undefined;
}
