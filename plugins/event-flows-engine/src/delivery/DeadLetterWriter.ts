import type { BrokerProducer, BrokerRecord } from '../broker/BrokerDriver';

/** Why a record could not be delivered. */
export interface DeadLetterCause {
  /** Consumer group of the queue. */
  group: string;
  topic: string;
  algorithmRef: string;
  versionRef: string;
  /** Of the last answer; absent where there was none. */
  status?: number;
  /** `refused`, `poison` or `exhausted`. */
  class: string;
  message: string;
  attempts: number;
  firstFailedAtMs: number;
}

/** How the names of the headers begin that tell a dead letter's story. */
export const DEAD_LETTER_PREFIX = '__event_flows.errors.';
const MAX_MESSAGE_BYTES = 1024;

/** Writes records that could not be delivered to topics of the same cluster. */
export class DeadLetterWriter {
  #producer: BrokerProducer | undefined;

  /** @param openProducer - called when the first record comes, if any does */
  constructor(private readonly openProducer: () => BrokerProducer) {}

  /** Resolves when all replicas in sync have the record, with its story in the headers. */
  async write(
    deadLetterTopic: string,
    record: BrokerRecord,
    cause: DeadLetterCause,
  ): Promise<void> {
    this.#producer ??= this.openProducer();
    await this.#producer.publish(deadLetterTopic, {
      key: record.key,
      value: record.value,
      timestamp: record.timestamp,
      headers: [
        // Those of an earlier failure would be taken for this one's.
        ...record.headers.filter(
          ([name]) => !name.startsWith(DEAD_LETTER_PREFIX),
        ),
        ...errorHeaders(record, cause),
      ],
    });
  }

  async close(): Promise<void> {
    await this.#producer?.close();
  }
}

function errorHeaders(
  { partition, offset }: BrokerRecord,
  cause: DeadLetterCause,
): Array<readonly [string, Buffer]> {
  const headers: Record<string, string> = {
    topic: cause.topic,
    partition: String(partition),
    offset: offset.toString(),
    group: cause.group,
    algorithm: cause.algorithmRef,
    version: cause.versionRef,
    status: cause.status === undefined ? '' : String(cause.status),
    class: cause.class,
    message: cut(cause.message),
    attempts: String(cause.attempts),
    first_failed_at: new Date(cause.firstFailedAtMs).toISOString(),
  };
  return Object.entries(headers).map(([name, value]) => [
    DEAD_LETTER_PREFIX + name,
    Buffer.from(value, 'utf8'),
  ]);
}

/** Cuts at a whole character. */
function cut(message: string): string {
  const bytes = Buffer.from(message, 'utf8');
  return bytes.length <= MAX_MESSAGE_BYTES
    ? message
    : bytes
        .subarray(0, MAX_MESSAGE_BYTES)
        .toString('utf8')
        .replace(/\uFFFD+$/, '');
}
