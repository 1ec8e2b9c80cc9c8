import type { IHeaders, Kafka, Producer } from 'kafkajs';
import type { BrokerAccess } from '../../types';
import type { BrokerProducer, RecordToPublish } from '../BrokerDriver';
import { toBrokerConnectionError } from './brokerErrors';
import type { KafkaClient } from './kafkaClient';

const CLOSE_DEADLINE_MS = 5_000;

interface Connection {
  client: KafkaClient;
  producer: Producer;
}

/** {@link BrokerProducer} by kafkajs, connected while it is needed. */
export class KafkaProducer implements BrokerProducer {
  #connection: Promise<Connection> | undefined;

  constructor(
    private readonly access: BrokerAccess,
    private readonly createClient: () => KafkaClient,
  ) {}

  async publish(topic: string, record: RecordToPublish): Promise<void> {
    const connection = this.#connected();
    const { client, producer } = await connection;
    try {
      await producer.send({
        topic,
        acks: -1,
        messages: [
          {
            key: record.key,
            value: record.value,
            headers: toKafkaHeaders(record.headers),
            ...(record.timestamp >= 0 && {
              timestamp: String(record.timestamp),
            }),
          },
        ],
      });
    } catch (error) {
      const socketFailure = client.sockets.failure;
      // A fresh client for the next try: this one may be broken for good.
      this.#forget(connection);
      await release(client, producer);
      throw toBrokerConnectionError(error, {
        access: this.access,
        topic,
        socketFailure,
      });
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection) {
      const { client, producer } = await connection;
      await release(client, producer);
    }
  }

  #connected(): Promise<Connection> {
    if (!this.#connection) {
      const connection = this.#connect();
      this.#connection = connection;
      connection.catch(() => this.#forget(connection));
    }
    return this.#connection;
  }

  /** Others may have opened the next one already. */
  #forget(connection: Promise<Connection>) {
    if (this.#connection === connection) {
      this.#connection = undefined;
    }
  }

  async #connect(): Promise<Connection> {
    const client = this.createClient();
    const producer = createProducer(client.kafka);
    try {
      await producer.connect();
      return { client, producer };
    } catch (error) {
      const socketFailure = client.sockets.failure;
      await release(client, producer);
      throw toBrokerConnectionError(error, {
        access: this.access,
        socketFailure,
      });
    }
  }
}

function createProducer(kafka: Kafka): Producer {
  return kafka.producer({
    allowAutoTopicCreation: false,
    retry: { retries: 2 },
  });
}

async function release({ sockets }: KafkaClient, producer: Producer) {
  const timer = setTimeout(
    () => sockets.destroy(new Error('The producer did not close in time')),
    CLOSE_DEADLINE_MS,
  );
  try {
    await producer.disconnect();
  } finally {
    clearTimeout(timer);
    sockets.destroy(new Error('The producer is closed'));
  }
}

function toKafkaHeaders(
  headers: RecordToPublish['headers'],
): Record<string, Buffer[]> & IHeaders {
  const byName: Record<string, Buffer[]> = Object.create(null);
  for (const [name, value] of headers) {
    (byName[name] ??= []).push(value);
  }
  return byName;
}
