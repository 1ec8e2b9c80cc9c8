import type { Kafka } from 'kafkajs';
import type { ClientSockets, KafkaClient } from './kafkaClient';
import { KafkaProducer } from './KafkaProducer';

interface Send {
  end(error?: Error): void;
}

/** A client whose records arrive, or do not, when the test says so. */
class FakeClient {
  readonly sends: Send[] = [];
  isConnected = false;
  areSocketsOpen = true;

  get client(): KafkaClient {
    return {
      kafka: {
        producer: () => ({
          connect: async () => {
            this.isConnected = true;
          },
          send: () =>
            new Promise<void>((resolve, reject) => {
              this.sends.push({
                end: error => (error ? reject(error) : resolve()),
              });
            }),
          disconnect: async () => {
            this.isConnected = false;
          },
        }),
      } as unknown as Kafka,
      sockets: {
        failure: undefined,
        destroy: () => {
          this.areSocketsOpen = false;
        },
      } as unknown as ClientSockets,
    };
  }
}

const record = { key: null, value: null, timestamp: 0, headers: [] };

/** What a real cluster does is tested with one; it does not fail in a given order. */
describe('KafkaProducer', () => {
  let clients: FakeClient[];
  let producer: KafkaProducer;

  beforeEach(() => {
    clients = [];
    producer = new KafkaProducer({ id: 'c', brokers: ['kafka:9092'] }, () => {
      const created = new FakeClient();
      clients.push(created);
      return created.client;
    });
  });

  /** Begins to publish; resolves when the record is with the client. */
  async function begin() {
    const ended = producer.publish('dead', record).then(
      () => 'acknowledged',
      () => 'failed',
    );
    await new Promise(resolve => setImmediate(resolve));
    return { ended };
  }

  it('keeps the client that is new when a record fails late with the one before', async () => {
    const [early, late] = [await begin(), await begin()];
    clients[0].sends[0].end(new Error('cut off'));
    expect(await early.ended).toBe('failed');
    const next = await begin();
    expect(clients).toHaveLength(2);

    clients[0].sends[1].end(new Error('cut off'));
    expect(await late.ended).toBe('failed');
    expect(clients[1]).toMatchObject({
      ...{ isConnected: true, areSocketsOpen: true },
    });
    clients[1].sends[0].end();
    expect(await next.ended).toBe('acknowledged');

    const last = await begin();
    expect(clients).toHaveLength(2);
    clients[1].sends[1].end();
    expect(await last.ended).toBe('acknowledged');
    await producer.close();
    for (const { isConnected, areSocketsOpen } of clients) {
      expect([isConnected, areSocketsOpen]).toEqual([false, false]);
    }
  });
});
