import { once } from 'node:events';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Socket,
} from 'node:net';
import { createServer } from 'node:tls';
import {
  createTopics,
  freePort,
  startKafka,
  withAdmin,
  type KafkaCluster,
} from '@event-flows/testbed';
import { selfSigned } from '../../address/__testUtils__/selfSigned';
import type { BrokerAccess } from '../../types';
import { DRIVERS } from './__testUtils__/drivers';
import { openSockets, waitForSockets } from './__testUtils__/sockets';
import { TestMember } from './__testUtils__/TestMember';

jest.setTimeout(90_000);

describe.each(DRIVERS)('%s connects', (name, createDriver) => {
  let kafka: KafkaCluster;
  let socketsBefore = 0;
  const driver = createDriver('127.0.0.1:*');
  const subscription = { groupId: `connecting-${name}`, topic: 'orders' };

  const plain = (): BrokerAccess => ({ id: 'p', brokers: kafka.plain.brokers });
  const sasl = (changes: Partial<BrokerAccess['sasl'] & object> = {}) => {
    const { brokers, ca, username, password } = kafka.sasl;
    const mechanism = 'scram-sha-512' as const;
    return {
      id: 's',
      brokers,
      tls: { ca },
      sasl: { mechanism, username, password, ...changes },
    };
  };
  const mutualTls = (): BrokerAccess => {
    const { brokers, ...tls } = kafka.mutualTls;
    return { id: 'm', brokers, tls };
  };

  beforeAll(async () => {
    kafka = await startKafka();
    await createTopics(kafka.plain.brokers, [
      { topic: 'orders', partitions: 2 },
    ]);
  });

  afterAll(() => kafka?.stop());

  beforeEach(() => {
    socketsBefore = openSockets();
  });

  afterEach(() => waitForSockets(socketsBefore));

  it.each([
    ['without sign-in', plain],
    ['with SCRAM-SHA-512 over TLS of a private authority', () => sasl()],
    ['with SCRAM-SHA-256', () => sasl({ mechanism: 'scram-sha-256' as const })],
    ['with PLAIN', () => sasl({ mechanism: 'plain' as const })],
    ['with a client certificate', mutualTls],
  ])('%s', async (_, access) => {
    const member = await TestMember.join(driver, access(), subscription);
    const { clusterId } = await withAdmin(kafka.plain.brokers, admin =>
      admin.describeCluster(),
    );
    expect(member.consumer.clusterId).toBe(clusterId);
    expect(member.held).toEqual([0, 1]);
    await member.consumer.close(5_000);
  });

  it.each<[string, () => BrokerAccess | Promise<BrokerAccess>, string]>([
    [
      'the wrong port',
      async () => ({ ...plain(), brokers: [`127.0.0.1:${await freePort()}`] }),
      'unreachable',
    ],
    [
      'a host that does not exist',
      () => ({ ...plain(), brokers: ['kafka.invalid:9092'] }),
      'unreachable',
    ],
    ['the wrong password', () => sasl({ password: 'wrong' }), 'authentication'],
    [
      'the wrong password for PLAIN',
      () => sasl({ password: 'wrong', mechanism: 'plain' as const }),
      'authentication',
    ],
    [
      'an authority that did not sign the broker',
      () => ({ ...sasl(), tls: { ca: kafka.unrelatedCa } }),
      'tls',
    ],
    [
      'no TLS where it is expected',
      () => ({ ...sasl(), tls: undefined }),
      'tls',
    ],
    [
      'no client certificate where one is asked for',
      () => ({ ...mutualTls(), tls: { ca: kafka.mutualTls.ca } }),
      'tls',
    ],
  ])('not with %s, and says so', async (_, access, reason) => {
    const allowing = createDriver('127.0.0.1:*', 'kafka.invalid:9092');
    await expect(
      TestMember.join(allowing, await access(), subscription),
    ).rejects.toMatchObject({ name: 'BrokerConnectionError', reason });
  });

  it.each<[string, (socket: Socket) => void]>([
    [
      'ends each connection, as what stands before a dead one does',
      socket => socket.end(),
    ],
    ['cuts each connection', socket => socket.resetAndDestroy()],
  ])('past a broker that %s', async (_, treat) => {
    const taken = new Set<Socket>();
    const server = createTcpServer(socket => {
      taken.add(socket);
      socket.on('error', () => {});
      treat(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const brokers = [`127.0.0.1:${port}`, ...kafka.plain.brokers];
    try {
      const access = { ...plain(), brokers };
      const member = await TestMember.join(driver, access, subscription);
      expect(member.held).toEqual([0, 1]);
      await member.consumer.close(5_000);
      await driver.admin.topics(access);
    } finally {
      server.close();
      taken.forEach(socket => socket.destroy());
    }
  });

  it('not to a topic that does not exist, and says so', async () => {
    await expect(
      TestMember.join(driver, plain(), { ...subscription, topic: 'none' }),
    ).rejects.toMatchObject({
      reason: 'authorization',
      message: expect.stringMatching(/no topic none/),
    });
  });

  it('not to an address that is not allowed', async () => {
    const strict = createDriver('10.0.0.0/8:9092');
    await expect(
      TestMember.join(strict, plain(), subscription),
    ).rejects.toMatchObject({
      reason: 'not-allowed',
      message: expect.stringMatching(/eventFlows\.brokers\.allow/),
    });
  });

  it('not to an advertised address that is not allowed', async () => {
    const [broker] = kafka.plain.brokers;
    const port = broker.split(':')[1];
    // The broker is dialled by its name and then names itself by its address.
    const strict = createDriver(`localhost:${port}`);
    const access = { ...plain(), brokers: [`localhost:${port}`] };
    await expect(
      TestMember.join(strict, access, subscription),
    ).rejects.toMatchObject({ reason: 'not-allowed' });
    await expect(
      strict.producer(access).publish('orders', {
        key: null,
        value: null,
        timestamp: -1,
        headers: [],
      }),
    ).rejects.toMatchObject({ reason: 'not-allowed' });
  });

  it('by the name of a host whose certificate has that name', async () => {
    const [broker] = kafka.sasl.brokers;
    const port = broker.split(':')[1];
    const allowing = createDriver('127.0.0.1:*', `localhost:${port}`);
    const access = { ...sasl(), brokers: [`localhost:${port}`] };
    const member = await TestMember.join(allowing, access, subscription);
    expect(member.held).toEqual([0, 1]);
    await member.consumer.close(5_000);
  });

  it('asking for the certificate of the host, not of the address it resolved to', async () => {
    const names = new Set<string>();
    const server = createServer({
      SNICallback: (servername, done) => {
        names.add(servername);
        done(new Error('There is no certificate here'));
      },
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const access = { id: 't', brokers: [`localhost:${port}`], tls: {} };
    await expect(
      TestMember.join(createDriver(`localhost:${port}`), access, subscription),
    ).rejects.toThrow();
    expect([...names]).toEqual(['localhost']);
    server.close();
  });

  it.each([
    ['has expired', { expired: true }, /CERT_HAS_EXPIRED.*renew it/],
    [
      'is for another host',
      { address: '127.0.0.9' },
      /another host name.*ALTNAME.*issued for/,
    ],
  ])(
    'not to a broker whose certificate %s, and says so',
    async (_, how, words) => {
      const pair = await selfSigned(how);
      const server = createServer(pair).listen(0, '127.0.0.1');
      const received: Buffer[] = [];
      server.on('secureConnection', socket =>
        socket.on('data', data => received.push(data)),
      );
      server.on('tlsClientError', () => {});
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const access: BrokerAccess = {
        ...{ id: 't', brokers: [`127.0.0.1:${port}`] },
        tls: { ca: String(pair.cert) },
        sasl: { mechanism: 'plain', username: 'a', password: 'secret' },
      };
      await expect(
        TestMember.join(driver, access, subscription),
      ).rejects.toMatchObject({
        reason: 'tls',
        message: expect.stringMatching(words),
      });
      // Nothing is said to who is not who it should be.
      expect(received).toEqual([]);
      server.close();
    },
  );

  it('stops joining when it is told to', async () => {
    const stopping = new AbortController();
    stopping.abort();
    const joined = driver.consume(
      plain(),
      subscription,
      {
        onRebalancing: () => new Promise(() => {}),
        onAssigned: () => {},
        readBytes: () => 1024 * 1024,
        onRecords: () => {},
        onPositionLost: () => {},
      },
      { signal: stopping.signal },
    );
    await expect(joined).rejects.toThrow();
  });
});
