/** As much of kafkajs' insides as `kafkajsInternals.ts` reaches into. */
declare module 'kafkajs/src/protocol/decoder' {
  export default class Decoder {
    constructor(buffer: Buffer);
    readonly buffer: Buffer;
    offset: number;
    readVarInt(): number;
    readVarIntArray(read: (decoder: Decoder) => unknown): unknown[];
    readInt16(): number;
    readInt32(): number;
    readInt64(): bigint;
    readString(): string | null;
    canReadBytes(length: number): boolean;
    readBytes(length: number): Buffer | null;
    readArray<T>(read: (decoder: Decoder) => T): T[];
    readArrayAsync<T>(read: (decoder: Decoder) => Promise<T>): Promise<T[]>;
  }
}

declare module 'kafkajs/src/protocol/recordBatch/v0/decoder' {
  import type Decoder from 'kafkajs/src/protocol/decoder';

  export interface DecodedRecord {
    readonly offset: string;
    readonly key: Buffer | null;
    /** Shown to nobody. */
    isControlRecord: boolean;
    readonly batchContext: {
      readonly producerId: string;
      readonly inTransaction: boolean;
    };
  }

  export default function decodeRecordBatch(
    decoder: Decoder,
  ): Promise<{ records: DecodedRecord[] }>;
}

declare module 'kafkajs/src/protocol/messageSet/decoder' {
  import type Decoder from 'kafkajs/src/protocol/decoder';
  import type { DecodedRecord } from 'kafkajs/src/protocol/recordBatch/v0/decoder';

  export default function decodeMessageSet(
    decoder: Decoder,
    size: number,
  ): Promise<DecodedRecord[]>;
}

declare module 'kafkajs/src/protocol/requests/fetch/*/response' {
  const response: { decode(answer: Buffer): Promise<unknown> };
  export default response;
}

declare module 'kafkajs/src/consumer/consumerGroup' {
  import type Batch from 'kafkajs/src/consumer/batch';

  interface TopicPartitions {
    topic: string;
    partitions: number[];
  }

  export default class ConsumerGroup {
    readonly groupId: string;
    readonly memberId: string | null;
    readonly generationId: number | null;
    readonly assigners: ReadonlyArray<object>;
    /** Another one with each assignment. */
    readonly offsetManager: object | null;
    maxWaitTime: number;
    maxBytesPerPartition: number;
    readonly coordinator: {
      heartbeat(member: {
        groupId: string;
        memberId: string;
        groupGenerationId: number | null;
      }): Promise<unknown>;
      offsetFetch(request: {
        groupId: string;
        topics: Array<{
          topic: string;
          partitions: Array<{ partition: number }>;
        }>;
      }): Promise<{
        responses: Array<{
          topic: string;
          partitions: Array<{
            partition: number;
            offset: string;
            metadata: string | null;
          }>;
        }>;
      }>;
    } | null;
    assigned(): TopicPartitions[];
    filterPartitionsByNode(
      nodeId: string,
      topicPartitions: TopicPartitions[],
    ): TopicPartitions[];
    pause(topicPartitions: TopicPartitions[]): void;
    joinAndSync(): Promise<void>;
    /** kafkajs tries it again with the same object. */
    commitOffsets(offsets: object): Promise<void>;
    fetch(nodeId: string): Promise<Batch[]>;
    recoverFromFetch(error: Error): Promise<void>;
    recoverFromOffsetOutOfRange(error: {
      topic: string;
      partition: number;
    }): Promise<void>;
  }
}

declare module 'kafkajs/src/network/requestQueue' {
  export default class RequestQueue {
    constructor(options: { clientId: string; broker: string });
    readonly pending: unknown[];
    /** Milliseconds since the epoch. */
    throttledUntil: number;
    scheduleCheckPendingRequests(): void;
  }
}

declare module 'kafkajs/src/consumer/batch' {
  import type { KafkaMessage } from 'kafkajs';

  /** Leaves out what was aborted, what is not data, and what lies before the offset. */
  export default class Batch {
    constructor(topic: string, fetchedOffset: string, partitionData: object);
    readonly partition: number;
    readonly fetchedOffset: string;
    readonly highWatermark: string;
    readonly messages: KafkaMessage[];
    readonly rawMessages: KafkaMessage[];
    lastOffset(): string;
    /** It holds records, and none is shown. */
    isEmptyDueToFiltering(): boolean;
  }
}

declare module 'kafkajs/src/cluster/brokerPool' {
  export default class BrokerPool {
    /** By the first address that was given, or the next one. */
    readonly seedBroker?: { connect(): Promise<void> };
    createSeedBroker(): Promise<void>;
  }
}

declare module 'kafkajs/src/broker' {
  export default class Broker {
    offsetFetch(request: unknown): Promise<unknown>;
  }
}
