import type { Producer } from '@platformatic/kafka';
import type { BrokerAccess } from '../../types';
import type { BrokerProducer, RecordToPublish } from '../BrokerDriver';
import { CLIENT_ID, type BrokerConnections } from './BrokerConnections';
import { explainFailure } from './explainFailure';
import type { Library } from './library';
import { routeConnections } from './routeConnections';

const ACKNOWLEDGEMENT_TIMEOUT_MS = 30_000;

interface OpenProducer {
  producer: Producer;
  connections: BrokerConnections;
  /** Records that are neither acknowledged nor have failed. */
  sending: number;
}

/** {@link BrokerProducer} by @platformatic/kafka, connected while it is needed. */
export class PlatformaticProducer implements BrokerProducer {
  #open: OpenProducer | undefined;
  /** Clients that something has failed with, as long as they send something else. */
  readonly #leaving = new Set<OpenProducer>();

  constructor(
    private readonly access: BrokerAccess,
    private readonly surroundings: {
      loadLibrary(): Library;
      createConnections(): BrokerConnections;
    },
  ) {}

  async publish(topic: string, record: RecordToPublish): Promise<void> {
    this.#open ??= this.#create();
    const open = this.#open;
    open.sending += 1;
    try {
      await open.producer.send({
        acks: -1,
        messages: [
          {
            topic,
            key: record.key ?? undefined,
            value: record.value ?? undefined,
            // Each name is a key of its own, though it may read like another.
            headers: new Map(
              record.headers.map(([name, value]) => [Buffer.from(name), value]),
            ),
            timestamp:
              record.timestamp >= 0 ? BigInt(record.timestamp) : undefined,
          },
        ],
      });
    } catch (error) {
      const socketFailure = open.connections.failure;
      // A fresh client for the next try: this one may be broken for good.
      if (this.#open === open) {
        this.#open = undefined;
        this.#leaving.add(open);
      }
      throw explainFailure(error, {
        access: this.access,
        topic,
        socketFailure,
      });
    } finally {
      open.sending -= 1;
      // What it still sends may arrive: it would be repeated if it was cut.
      if (open.sending === 0 && this.#leaving.delete(open)) {
        await release(open);
      }
    }
  }

  async close(): Promise<void> {
    const all = [...this.#leaving, ...(this.#open ? [this.#open] : [])];
    this.#leaving.clear();
    this.#open = undefined;
    await Promise.all(all.map(release));
  }

  #create(): OpenProducer {
    const { loadLibrary, createConnections } = this.surroundings;
    const library = loadLibrary();
    const connections = createConnections();
    const seeds = this.access.brokers.map(seed => library.parseBroker(seed));
    const producer = new library.Producer({
      clientId: CLIENT_ID,
      bootstrapBrokers: seeds,
      retries: 2,
      retryDelay: 300,
      timeout: ACKNOWLEDGEMENT_TIMEOUT_MS,
    });
    routeConnections(producer, {
      library,
      connections,
      seeds,
      lane: 'produce',
    });
    return { producer, connections, sending: 0 };
  }
}

async function release({ producer, connections }: OpenProducer) {
  connections.destroy(new Error('The producer is closed'));
  await producer.close();
}
