import type { DialPolicy } from '../../address/AddressPolicy';
import type { BrokerAccess } from '../../types';
import type {
  BrokerConsumer,
  BrokerDriver,
  BrokerProducer,
  ConsumerHandler,
  DriverAdmin,
  Log,
} from '../BrokerDriver';
import { KafkaAdmin } from '../kafka/KafkaAdmin';
import { BrokerConnections } from './BrokerConnections';
import { loadLibrary } from './library';
import { PlatformaticConsumer } from './PlatformaticConsumer';
import { PlatformaticProducer } from './PlatformaticProducer';

/** Joining a group may take as long as its slowest member has, and a bit. */
const REQUEST_TIMEOUT_MS = 45_000;
const OPEN_FAILURE_DEADLINE_MS = 3_000;
/** Joining usually ends sooner, and a member that has joined can leave in good order. */
const JOINING_GRACE_MS = 3_000;

/** Kafka by way of @platformatic/kafka; its questions to clusters go by kafkajs. */
export class PlatformaticDriver implements BrokerDriver {
  readonly admin: DriverAdmin;

  constructor(
    private readonly policy: DialPolicy,
    private readonly log: Log,
  ) {
    this.admin = new KafkaAdmin(policy, log);
  }

  async consume(
    access: BrokerAccess,
    subscription: { groupId: string; topic: string },
    handler: ConsumerHandler,
    { signal }: { signal: AbortSignal },
  ): Promise<BrokerConsumer> {
    const consumer = new PlatformaticConsumer({
      library: loadLibrary(),
      connections: this.#connections(access),
      access,
      subscription,
      handler,
      log: this.log,
    });
    let grace: NodeJS.Timeout | undefined;
    const onAbort = () => {
      grace = setTimeout(() => void consumer.close(0), JOINING_GRACE_MS);
    };
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) {
      onAbort();
    }
    try {
      await consumer.open();
      return consumer;
    } catch (error) {
      await consumer.close(OPEN_FAILURE_DEADLINE_MS);
      throw error;
    } finally {
      clearTimeout(grace);
      signal.removeEventListener('abort', onAbort);
    }
  }

  producer(access: BrokerAccess): BrokerProducer {
    return new PlatformaticProducer(access, {
      loadLibrary,
      createConnections: () => this.#connections(access),
    });
  }

  #connections(access: BrokerAccess) {
    return new BrokerConnections(
      loadLibrary(),
      this.policy,
      access,
      REQUEST_TIMEOUT_MS,
    );
  }
}
