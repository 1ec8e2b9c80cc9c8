import type { BrokerConnections } from './BrokerConnections';
import type { Library } from './library';
import { PlatformaticProducer } from './PlatformaticProducer';

/** A client whose records arrive, or do not, when the test says so. */
class FakeClient {
  readonly sends: Array<{ end(error?: Error): void }> = [];
  isOpen = true;

  send() {
    return new Promise<void>((resolve, reject) => {
      this.sends.push({ end: error => (error ? reject(error) : resolve()) });
    });
  }

  async close() {}

  /** What a real one does to its records when its sockets are destroyed. */
  cut() {
    this.isOpen = false;
    this.sends.forEach(({ end }) => end(new Error('cut off')));
  }
}

const record = { key: null, value: null, timestamp: 0, headers: [] };
const tooLarge = Object.assign(new Error('The record is too large'), {
  apiId: 'MESSAGE_TOO_LARGE',
});

/** What a real cluster does is tested with one; it does not fail in a given order. */
describe('PlatformaticProducer', () => {
  let clients: FakeClient[];
  let producer: PlatformaticProducer;

  beforeEach(() => {
    clients = [];
    const library = {
      parseBroker: () => ({ host: 'kafka', port: 9092 }),
      Producer: class extends FakeClient {
        constructor() {
          super();
          clients.push(this);
        }
      },
      kGetConnection: Symbol('connection'),
      kGetBootstrapConnection: Symbol('bootstrap'),
    } as unknown as Library;
    producer = new PlatformaticProducer(
      { id: 'c', brokers: ['kafka:9092'] },
      {
        loadLibrary: () => library,
        createConnections: () => {
          // It is asked for those of the client that it creates next.
          const index = clients.length;
          return {
            failure: undefined,
            destroy: () => clients[index].cut(),
          } as unknown as BrokerConnections;
        },
      },
    );
  });

  /** Begins to publish; resolves when the record is with the client. */
  async function begin() {
    const ended = producer.publish('answers', record).then(
      () => 'acknowledged',
      () => 'failed',
    );
    await new Promise(resolve => setImmediate(resolve));
    return { ended };
  }

  it('lets the others arrive when one record fails', async () => {
    const [first, failing, last] = [
      await begin(),
      await begin(),
      await begin(),
    ];
    clients[0].sends[1].end(tooLarge);
    expect(await failing.ended).toBe('failed');
    expect(clients[0].isOpen).toBe(true);
    const next = await begin();
    expect(clients).toHaveLength(2);

    clients[0].sends[0].end();
    expect(await first.ended).toBe('acknowledged');
    expect(clients[0].isOpen).toBe(true);
    clients[0].sends[2].end();
    expect(await last.ended).toBe('acknowledged');
    expect(clients[0].isOpen).toBe(false);

    clients[1].sends[0].end();
    expect(await next.ended).toBe('acknowledged');
    expect(clients[1].isOpen).toBe(true);
  });

  it('cuts everything when it is closed', async () => {
    const [failing, left] = [await begin(), await begin()];
    clients[0].sends[0].end(tooLarge);
    expect(await failing.ended).toBe('failed');
    const next = await begin();
    await producer.close();
    expect(await Promise.all([left.ended, next.ended])).toEqual([
      'failed',
      'failed',
    ]);
    expect(clients.map(({ isOpen }) => isOpen)).toEqual([false, false]);
  });
});
