import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  Canary,
  HostileBroker,
  RebindingResolver,
  waitUntil,
  type Hostility,
} from '@event-flows/testbed';
import { AddressNotAllowedError } from '../../address/AddressPolicy';
import type { BrokerAccess } from '../../types';
import { DRIVERS } from './__testUtils__/drivers';
import { openSockets, waitForSockets } from './__testUtils__/sockets';
import { TestMember } from './__testUtils__/TestMember';

jest.setTimeout(60_000);

const MIB = 1024 * 1024;
const TWO_GB = Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/** Looks at the memory of the process and at how long its thread is held up. */
class Watch {
  readonly #rss = process.memoryUsage.rss();
  readonly #delays = monitorEventLoopDelay({ resolution: 5 });

  constructor() {
    this.#delays.enable();
  }

  stop() {
    this.#delays.disable();
    return {
      grownMiB: (process.memoryUsage.rss() - this.#rss) / MIB,
      longestStallMs: this.#delays.max / 1e6,
    };
  }
}

describe.each(DRIVERS)('%s and a hostile broker:', (name, createDriver) => {
  let broker: HostileBroker;
  let canary: Canary;
  let socketsBefore = 0;
  const subscription = { groupId: `hostile-${name}`, topic: 'orders' };

  beforeEach(async () => {
    socketsBefore = openSockets();
    canary = await Canary.start();
  });

  afterEach(async () => {
    await broker?.close();
    await canary.close();
    await waitForSockets(socketsBefore);
  });

  const start = async (hostility: Hostility) => {
    broker = await HostileBroker.start(hostility);
    return createDriver(broker.address);
  };
  const access = (): BrokerAccess => ({ id: 'h', brokers: [broker.address] });

  const RECORD = { key: null, value: null, timestamp: -1, headers: [] };

  /** Everything that the engine asks a driver for, by what it is for. */
  const uses = (driver: ReturnType<typeof createDriver>) =>
    ({
      'connection form': () => driver.admin.probe(access()),
      queue: () => TestMember.join(driver, access(), subscription),
      'dead-letter topic': async () => {
        const producer = driver.producer(access());
        try {
          await producer.publish('orders', RECORD);
        } finally {
          await producer.close();
        }
      },
    }) as const;

  /** What each of them fails with. */
  const failuresOf = (driver: ReturnType<typeof createDriver>) =>
    Promise.all(
      Object.values(uses(driver)).map(use =>
        use().then(
          () => 'nothing',
          (error: Error) => error,
        ),
      ),
    );
  /** The broker is in this process too, and so is what it has to say. */
  const expectCalm = (
    watch: Watch,
    { mostMiB = 256, longestMs = 2_000 } = {},
  ) => {
    const { grownMiB, longestStallMs } = watch.stop();
    expect(grownMiB).toBeLessThan(mostMiB);
    expect(longestStallMs).toBeLessThan(longestMs);
  };
  const allToBe = (expected: object) =>
    ['form', 'queue', 'topic'].map(() => expect.objectContaining(expected));

  describe('no socket to an advertised listener that is not allowed', () => {
    it.each([
      ...['127.0.0.1', '127.0.0.2', '127.2', '2130706434', '0x7f000002'],
      ...['0177.0.0.2', '[127.0.0.2]', '::ffff:127.0.0.2', '::1', '[::1]'],
      ...['0.0.0.0', '::', 'localhost', '１２７.0.0.2', '169.254.169.254'],
      ...['64:ff9b::7f00:2', 'evil.test', ' 127.0.0.2', '127.0.0.2%lo'],
    ])('"%s"', async host => {
      const driver = await start({
        ...{ kind: 'advertises', host, port: canary.port },
      });
      expect(await failuresOf(driver)).toEqual(
        allToBe({ name: 'BrokerConnectionError', reason: 'not-allowed' }),
      );
      expect(await canary.visitors()).toBe(0);
    });

    it.each([0, -1, 65_536, 2_147_483_647])('on port %d', async port => {
      broker = await HostileBroker.start({
        ...{ kind: 'advertises', host: '127.0.0.1', port },
      });
      const driver = createDriver('127.0.0.1:*');
      expect(await failuresOf(driver)).toEqual(
        allToBe({ name: 'BrokerConnectionError' }),
      );
    });
  });

  it.each(['connection form', 'queue', 'dead-letter topic'] as const)(
    'the %s hears which setting would allow the listener',
    async what => {
      const driver = await start({
        ...{ kind: 'advertises', host: '127.0.0.2', port: canary.port },
      });
      await expect(uses(driver)[what]()).rejects.toMatchObject({
        name: 'BrokerConnectionError',
        reason: 'not-allowed',
        message: `The broker 127.0.0.2:${canary.port} is not allowed; an operator can add it to eventFlows.brokers.allow`,
      });
    },
  );

  it('no socket to where a name points the second time', async () => {
    broker = await HostileBroker.start({
      // The same name again, now with the canary's address behind it.
      ...{ kind: 'advertises', host: 'kafka.test', port: canary.port },
    });
    const named = { id: 'h', brokers: [`kafka.test:${broker.port}`] };
    const rebinding = () =>
      createDriver.resolving(
        new RebindingResolver({
          'kafka.test': [['127.0.0.1'], ['127.0.0.2', '::1']],
        }).resolve,
      )(
        `kafka.test:${broker.port}`,
        `kafka.test:${canary.port}`,
        broker.address,
      );
    const refused = {
      reason: 'not-allowed',
      message: expect.stringMatching(/kafka\.test:\d+ \((127\.0\.0\.2|::1)\)/),
    };
    await expect(rebinding().admin.probe(named)).rejects.toMatchObject(refused);
    await expect(
      TestMember.join(rebinding(), named, subscription),
    ).rejects.toMatchObject(refused);
    await expect(
      rebinding().producer(named).publish('orders', RECORD),
    ).rejects.toMatchObject(refused);
    expect(await canary.visitors()).toBe(0);
    expect(broker.connections).toBeGreaterThan(2);
  });

  it('nothing is sent to a peer that is refused', async () => {
    let received = 0;
    const server = createServer(socket => {
      socket.on('error', () => {});
      socket.on('data', piece => {
        received += piece.length;
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ends: Promise<unknown>[] = [];
    server.on('connection', socket => {
      ends.push(new Promise(resolve => socket.once('close', resolve)));
    });
    // As if the connection had come about with somebody else.
    const driver = createDriver.deciding({
      resolve: async () => [],
      checkHost: () => {},
      checkAddress: (host, _, address) => {
        throw new AddressNotAllowedError(`${host} is at ${address}`);
      },
    });
    const sasl = { mechanism: 'plain', username: 'u', password: 'p' } as const;
    for (const tls of [undefined, {}]) {
      await expect(
        driver
          .producer({ id: 'h', brokers: [`127.0.0.1:${port}`], sasl, tls })
          .publish('orders', RECORD),
      ).rejects.toMatchObject({ reason: 'not-allowed' });
    }
    await Promise.all(ends);
    expect(ends.length).toBeGreaterThanOrEqual(2);
    expect(received).toBe(0);
    server.close();
  });

  it('no password in plain text but to the brokers named for that', async () => {
    broker = await HostileBroker.start({
      ...{ kind: 'advertises', host: '127.0.0.1', port: canary.port },
    });
    const { resolve } = new RebindingResolver({
      'plain.test': [['127.0.0.1']],
    });
    const driver = createDriver.resolving(resolve)('127.0.0.1:*');
    const sasl = { mechanism: 'plain', username: 'u', password: 'p' } as const;
    const refused = (port: number) => ({
      reason: 'not-allowed',
      message: expect.stringMatching(
        `password to 127.0.0.1:${port} in plain text.*eventFlows.brokers.allowPlaintextPasswords`,
      ),
    });
    for (const [host, port] of [
      ['127.0.0.1', broker.port],
      // The one that the first one names.
      ['plain.test', canary.port],
    ] as const) {
      const signingIn = {
        ...{ id: 'h', brokers: [`${host}:${broker.port}`], sasl },
      };
      await expect(driver.admin.probe(signingIn)).rejects.toMatchObject(
        refused(port),
      );
      await expect(
        driver.producer(signingIn).publish('orders', RECORD),
      ).rejects.toMatchObject(refused(port));
    }
    expect(await canary.visitors()).toBe(0);
  });

  it('a name is asked for once for each connection', async () => {
    const resolver = new RebindingResolver({ 'kafka.test': [['127.0.0.1']] });
    broker = await HostileBroker.start({
      ...{ kind: 'greets-with', bytes: TWO_GB },
    });
    const driver = createDriver.resolving(resolver.resolve)(
      `kafka.test:${broker.port}`,
      broker.address,
    );
    await expect(
      driver
        .producer({ id: 'h', brokers: [`kafka.test:${broker.port}`] })
        .publish('orders', RECORD),
    ).rejects.toThrow();
    expect(resolver.questions('kafka.test')).toBe(broker.connections);
  });

  describe('a clear error, little memory and no long stall', () => {
    it.each<[string, Hostility, RegExp]>([
      [
        'garbage instead of an answer',
        { kind: 'greets-with', bytes: Buffer.from('HTTP/1.1 400 Bad\r\n\r\n') },
        /does not speak Kafka's protocol/,
      ],
      [
        'an answer of 2 GB',
        { kind: 'floods', bytes: TWO_GB },
        /does not speak Kafka's protocol \(An answer of 2147483647 bytes/,
      ],
      [
        'an answer of less than nothing',
        { kind: 'greets-with', bytes: Buffer.from([255, 255, 255, 255, 0, 0]) },
        /does not speak Kafka's protocol \(An answer of -1 bytes/,
      ],
      [
        'an answer without a number',
        { kind: 'greets-with', bytes: Buffer.alloc(12) },
        /does not speak Kafka's protocol \(An answer of 0 bytes/,
      ],
      [
        'garbage in the frame of an answer',
        { kind: 'answers-with', bytes: Buffer.alloc(64, 0x5a) },
        /could not be used/,
      ],
      [
        'an answer with a list of two billion',
        {
          kind: 'answers-with',
          bytes: Buffer.from([0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 1]),
        },
        /could not be used/,
      ],
      ['an end in the middle', { kind: 'closes-half-way' }, /closed/],
    ])('after %s', async (_, hostility, message) => {
      const driver = await start(hostility);
      const watch = new Watch();
      expect(await failuresOf(driver)).toEqual(
        allToBe({
          name: 'BrokerConnectionError',
          message: expect.stringMatching(message),
        }),
      );
      expectCalm(watch);
    });

    it('after a list of 100,000 topics', async () => {
      const driver = await start({ kind: 'lists-topics', count: 100_000 });
      const watch = new Watch();
      const topics = await driver.admin.topics(access());
      // Members of groups are given up after ten seconds without a sign of life.
      expectCalm(watch, { mostMiB: 600, longestMs: 10_000 });
      expect(topics).toHaveLength(100_000);
    });

    it('after no answer at all', async () => {
      const driver = await start({ kind: 'silent' });
      await expect(
        driver.admin.probe(access(), { timeoutMs: 500 }),
      ).rejects.toMatchObject({ reason: 'timeout' });
      const stopping = new AbortController();
      const joined = driver.consume(
        access(),
        subscription,
        {
          onRebalancing: async () => {},
          onAssigned: () => {},
          readBytes: () => 1024 * 1024,
          onRecords: () => {},
          onPositionLost: () => {},
        },
        { signal: stopping.signal },
      );
      const before = broker.connections;
      await waitUntil(() => broker.connections > before, {
        ...{ timeoutMs: 5_000, what: 'the next connection' },
      });
      stopping.abort();
      await expect(joined).rejects.toThrow();
    });
  });
});
