import type { RetryOptions } from 'kafkajs';
import type { DialPolicy } from '../../address/AddressPolicy';
import type { BrokerAccess } from '../../types';
import type {
  BrokerConsumer,
  BrokerDriver,
  BrokerProducer,
  ConsumerHandler,
  Log,
} from '../BrokerDriver';
import { KafkaAdmin } from './KafkaAdmin';
import { KafkaConsumer, type Subscription } from './KafkaConsumer';
import { KafkaProducer } from './KafkaProducer';
import { createKafkaClient } from './kafkaClient';

const OPEN_FAILURE_DEADLINE_MS = 3_000;
/** Joining usually ends sooner, and a member that has joined can leave in good order. */
const JOINING_GRACE_MS = 3_000;

/** Kafka by way of kafkajs. */
export class KafkaDriver implements BrokerDriver {
  readonly admin: KafkaAdmin;

  constructor(
    private readonly policy: DialPolicy,
    private readonly log: Log,
  ) {
    this.admin = new KafkaAdmin(policy, log);
  }

  async consume(
    access: BrokerAccess,
    subscription: Subscription,
    handler: ConsumerHandler,
    { signal }: { signal: AbortSignal },
  ): Promise<BrokerConsumer> {
    const { clusterId } = await this.admin.probe(access, { signal });
    const client = this.#client(access, { retries: 3 });
    const consumer = new KafkaConsumer(
      client,
      access,
      subscription,
      handler,
      clusterId,
    );
    const interruption = interruptionOf(signal);
    try {
      await Promise.race([consumer.open(), interruption.promise]);
      return consumer;
    } catch (error) {
      await consumer.close(OPEN_FAILURE_DEADLINE_MS);
      throw error;
    } finally {
      interruption.clear();
    }
  }

  producer(access: BrokerAccess): BrokerProducer {
    return new KafkaProducer(access, () =>
      this.#client(access, { retries: 2 }),
    );
  }

  #client(access: BrokerAccess, retry: RetryOptions) {
    return createKafkaClient(access, {
      policy: this.policy,
      log: this.log,
      retry,
    });
  }
}

/** A promise that only ever rejects: a while after the signal. */
function interruptionOf(signal: AbortSignal) {
  let clear = () => {};
  const promise = new Promise<never>((_, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      timer = setTimeout(
        () => reject(new Error('Stopped while joining the group')),
        JOINING_GRACE_MS,
      );
    };
    clear = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    if (signal.aborted) {
      onAbort();
    }
    signal.addEventListener('abort', onAbort);
  });
  return { promise, clear };
}
