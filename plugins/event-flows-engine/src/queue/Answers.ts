import {
  AnswerTooLargeError,
  type Answer,
  type AnswerWriter,
} from '../delivery/AnswerWriter';
import type { CloudEventRequest } from '../delivery/CloudEventRequest';
import type { EndpointResponse, Outcome } from '../delivery/outcome';
import type { Destination } from './Destination';
import type { QueueItem } from './QueueItem';

/** What an answer belongs to. */
type Answered = Pick<QueueItem, 'record'>;

/** An answer of a version that is not in the output topic yet. */
interface KeptAnswer {
  destination: Destination;
  answer: Answer;
}

/**
 * Publishes what an algorithm answers. An answer that the cluster did not take
 * is kept with its record, so that the endpoint is not called again for it.
 */
export class Answers {
  readonly #kept = new WeakMap<Answered, KeptAnswer>();

  constructor(
    private readonly outputTopic: string,
    private readonly writer: AnswerWriter,
  ) {}

  /** What is left to be published of a record; what an old version answered is not. */
  keptOf(item: Answered, destination: Destination): Answer | undefined {
    const kept = this.#kept.get(item);
    return kept?.destination === destination ? kept.answer : undefined;
  }

  /** Undefined: the answer is empty, and there is nothing to publish. */
  answerOf(
    { body, contentType }: EndpointResponse,
    request: CloudEventRequest,
    { versionRef }: Destination,
  ): Answer | undefined {
    return body.length === 0
      ? undefined
      : {
          ...{ body, contentType, versionRef },
          traceparent: headerOf(request, 'traceparent'),
        };
  }

  /** Why an answer cannot be published that was cut off. */
  refuseTruncated({ status }: EndpointResponse, host: string): Outcome {
    return {
      kind: 'refused',
      status,
      reason: `${status} from ${host} with too long an answer to publish to ${this.outputTopic}`,
    };
  }

  /** How publishing ended; never rejects. */
  async publish(
    item: Answered,
    destination: Destination,
    answer: Answer,
  ): Promise<Outcome> {
    const { outputTopic } = this;
    try {
      await this.writer.write(outputTopic, item.record, answer);
      this.#kept.delete(item);
      return { kind: 'delivered' };
    } catch (error) {
      const reason = `The answer of ${destination.host} could not be published to ${outputTopic}: ${(error as Error).message}`;
      if (error instanceof AnswerTooLargeError) {
        // Another attempt may bring a smaller one.
        this.#kept.delete(item);
        return { kind: 'refused', reason };
      }
      this.#kept.set(item, { destination, answer });
      // As with an endpoint that is away: it is no record's fault.
      return { kind: 'transient', fault: 'endpoint', reason };
    }
  }
}

function headerOf(
  { headers }: CloudEventRequest,
  name: string,
): string | undefined {
  const index = headers.findIndex(
    (candidate, at) => at % 2 === 0 && candidate === name,
  );
  return index < 0 ? undefined : headers[index + 1];
}
