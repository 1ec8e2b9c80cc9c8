import type { BrokerProducer, BrokerRecord } from '../broker/BrokerDriver';

/** What an algorithm answered to a record, to be published. */
export interface Answer {
  body: Buffer;
  contentType: string | undefined;
  /** Of the request, so that the next algorithm continues its trace. */
  traceparent: string | undefined;
  versionRef: string;
}

/** The cluster will never take an answer of this size. */
export class AnswerTooLargeError extends Error {
  readonly name = 'AnswerTooLargeError' as const;
}

/** How the names of the headers begin that tell where an answer comes from. */
const PREFIX = '__event_flows.';

/** Writes the answers of one algorithm to a topic of the same cluster. */
export class AnswerWriter {
  #producer: BrokerProducer | undefined;

  /** @param openProducer - called when the first answer comes, if any does */
  constructor(
    private readonly input: { topic: string; algorithmRef: string },
    private readonly openProducer: () => BrokerProducer,
  ) {}

  /**
   * Resolves when all replicas in sync have the answer, keyed like its input.
   *
   * @throws AnswerTooLargeError
   * @throws BrokerConnectionError
   */
  async write(
    outputTopic: string,
    record: BrokerRecord,
    answer: Answer,
  ): Promise<void> {
    this.#producer ??= this.openProducer();
    try {
      await this.#producer.publish(outputTopic, {
        key: record.key,
        value: answer.body,
        timestamp: -1,
        headers: this.#headersOf(record, answer),
      });
    } catch (error) {
      if (isTooLarge(error)) {
        throw new AnswerTooLargeError(
          `${answer.body.length} bytes are more than the cluster lets ${outputTopic} have in a record; the topic's max.message.bytes can be raised`,
        );
      }
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#producer?.close();
  }

  #headersOf(
    { partition, offset }: BrokerRecord,
    { contentType, traceparent, versionRef }: Answer,
  ): Array<readonly [string, Buffer]> {
    const headers = {
      'content-type': contentType,
      traceparent,
      [`${PREFIX}input.topic`]: this.input.topic,
      [`${PREFIX}input.partition`]: String(partition),
      [`${PREFIX}input.offset`]: offset.toString(),
      [`${PREFIX}algorithm`]: this.input.algorithmRef,
      [`${PREFIX}version`]: versionRef,
    };
    return Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Buffer.from(value, 'utf8')] as const],
    );
  }
}

/** Both libraries keep the broker's own word somewhere among the causes. */
function isTooLarge(error: unknown): boolean {
  const kinds = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];
  const open = [error];
  for (let looked = 0; open.length > 0 && looked < 50; looked += 1) {
    const failure = open.pop();
    if (failure instanceof Error) {
      const { type, apiId, errors, cause } = failure as Error & {
        type?: unknown;
        apiId?: unknown;
        errors?: unknown;
      };
      if (kinds.some(kind => kind === type || kind === apiId)) {
        return true;
      }
      open.push(cause, ...(Array.isArray(errors) ? errors : []));
    }
  }
  return false;
}
