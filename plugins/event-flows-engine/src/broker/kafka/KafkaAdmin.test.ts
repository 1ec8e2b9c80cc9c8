import { once } from 'node:events';
import {
  connect,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import {
  createTopics,
  denyGroups,
  denyTopic,
  freePort,
  produce,
  startKafka,
  waitUntil,
  type KafkaCluster,
} from '@event-flows/testbed';
import { AddressPolicy } from '../../address/AddressPolicy';
import type { BrokerAccess } from '../../types';
import { KafkaAdmin } from './KafkaAdmin';

jest.setTimeout(60_000);

describe('KafkaAdmin', () => {
  let kafka: KafkaCluster;

  const adminAllowing = (...allow: string[]) =>
    new KafkaAdmin(
      new AddressPolicy({ brokers: { allow }, endpoints: { allow: [] } })
        .brokers,
      () => {},
    );
  const admin = adminAllowing('127.0.0.1:*');

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

  const openSockets = () =>
    process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap')
      .length;
  let socketsBefore = 0;

  beforeAll(async () => {
    kafka = await startKafka();
    await createTopics(kafka.plain.brokers, [
      { topic: 'orders', partitions: 3, config: { 'retention.ms': '60000' } },
      { topic: 'secret' },
    ]);
    await denyTopic(kafka.plain.brokers, 'secret', kafka.sasl.username);
  });

  afterAll(async () => {
    await kafka?.stop();
  });

  beforeEach(() => {
    socketsBefore = openSockets();
  });

  afterEach(async () => {
    await waitUntil(() => openSockets() <= socketsBefore, {
      timeoutMs: 3_000,
      what: 'every socket to be closed',
    });
  });

  it.each([
    ['without sign-in', plain],
    ['with SCRAM-SHA-512 over TLS of a private authority', () => sasl()],
    ['with SCRAM-SHA-256', () => sasl({ mechanism: 'scram-sha-256' as const })],
    ['with PLAIN', () => sasl({ mechanism: 'plain' as const })],
    ['with a client certificate', mutualTls],
  ])('connects %s', async (_, access) => {
    await expect(admin.probe(access())).resolves.toEqual({
      clusterId: expect.stringMatching(/^.{22}$/),
      brokers: 1,
    });
  });

  describe('says what is wrong:', () => {
    it.each<
      [string, () => BrokerAccess | Promise<BrokerAccess>, string, RegExp]
    >([
      [
        'the wrong port',
        async () => ({
          ...plain(),
          brokers: [`127.0.0.1:${await freePort()}`],
        }),
        'unreachable',
        /could be reached \(.*ECONNREFUSED/,
      ],
      [
        'a host that does not exist',
        () => ({ ...plain(), brokers: ['kafka.invalid:9092'] }),
        'unreachable',
        /kafka\.invalid:9092/,
      ],
      [
        'the wrong password',
        () => sasl({ password: 'wrong' }),
        'authentication',
        /did not accept the sign-in as "app"/,
      ],
      [
        'an unknown user',
        () => sasl({ username: 'nobody', mechanism: 'plain' as const }),
        'authentication',
        /"nobody" with plain/,
      ],
      [
        'an authority that did not sign the broker',
        () => ({ ...sasl(), tls: { ca: kafka.unrelatedCa } }),
        'tls',
        /not the one that signed it/,
      ],
      [
        'no authority where a private one is needed',
        () => ({ ...sasl(), tls: {} }),
        'tls',
        /give the certificate authority/,
      ],
      [
        'no client certificate where one is asked for',
        () => ({ ...mutualTls(), tls: { ca: kafka.mutualTls.ca } }),
        'tls',
        /client certificate .*it asks for one/,
      ],
      [
        'encryption where there is none',
        () => ({ ...plain(), tls: {} }),
        'tls',
        /No encrypted connection came about/,
      ],
      [
        'no encryption where there is',
        () => ({ ...plain(), brokers: kafka.sasl.brokers }),
        'tls',
        /probably expect encryption/,
      ],
      [
        'no sign-in where one is needed',
        () => ({ ...sasl(), sasl: undefined }),
        'authentication',
        /probably expect a sign-in/,
      ],
      [
        'a broker that is not allowed',
        () => ({ ...plain(), brokers: ['10.11.12.13:9092'] }),
        'not-allowed',
        /10\.11\.12\.13:9092 is not allowed; .*eventFlows\.brokers\.allow/,
      ],
    ])('%s', async (_, access, reason, message) => {
      const probing = admin.probe(await access(), { timeoutMs: 12_000 });
      await expect(probing).rejects.toMatchObject({
        name: 'BrokerConnectionError',
        reason,
        message: expect.stringMatching(message),
      });
    });

    it('a topic without authorisation', async () => {
      const positions = admin.ensurePositions(sasl(), {
        groupId: 'g-secret',
        topic: 'secret',
        startFrom: 'earliest',
      });
      await expect(positions).rejects.toMatchObject({
        reason: 'authorization',
        message: expect.stringMatching(/topic secret/),
      });
      await expect(admin.topic(sasl(), 'secret')).rejects.toMatchObject({
        reason: 'authorization',
        message: expect.stringMatching(
          /does not let "app" use the topic secret.*ask the cluster's administrator .*READ/,
        ),
      });
      expect(await admin.topics(sasl())).not.toContainEqual(
        expect.objectContaining({ name: 'secret' }),
      );
      // One that this user could see, if it existed.
      expect(await admin.topic(sasl(), 'missing')).toBeUndefined();
    });
  });

  it('connects a user who may use some groups only, and says so of the others', async () => {
    await denyGroups(
      kafka.plain.brokers,
      ['event-flows-probe', 'g-denied'],
      kafka.sasl.username,
    );
    await expect(admin.probe(sasl())).resolves.toMatchObject({ brokers: 1 });
    await expect(
      admin.ensurePositions(sasl(), {
        groupId: 'g-denied',
        topic: 'orders',
        startFrom: 'earliest',
      }),
    ).rejects.toMatchObject({
      reason: 'authorization',
      message: expect.stringMatching(
        /does not let "app" join the consumer group g-denied: ask .* READ/,
      ),
    });
  });

  it('does not blame a dead broker beside a living one for what is refused', async () => {
    await denyGroups(
      kafka.plain.brokers,
      ['event-flows-probe', 'g-denied'],
      kafka.sasl.username,
    );
    const dead = `127.0.0.1:${await freePort()}`;
    const access = { ...sasl(), brokers: [dead, ...kafka.sasl.brokers] };
    // kafkajs begins with any of the two.
    for (let round = 0; round < 6; round++) {
      await expect(admin.probe(access)).resolves.toMatchObject({ brokers: 1 });
      await expect(
        admin.groupMembers(access, 'g-denied'),
      ).rejects.toMatchObject({
        reason: 'authorization',
        message: expect.stringContaining('group g-denied'),
      });
    }
  });

  describe('with a server in between', () => {
    let server: Server;
    const address = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;

    async function listen(onConnection: (socket: Socket) => void) {
      server = createServer();
      server.on('connection', onConnection);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }

    afterEach(async () => {
      server.close();
    });

    it('does not follow an advertised listener to where it is not allowed', async () => {
      const [host, port] = kafka.plain.brokers[0].split(':');
      await listen(inbound => {
        const outbound = connect(Number(port), host);
        inbound.pipe(outbound).pipe(inbound);
        inbound.on('error', () => outbound.destroy());
        outbound.on('error', () => inbound.destroy());
        inbound.on('close', () => outbound.destroy());
      });
      const narrow = adminAllowing(address());
      await expect(
        narrow.probe({ id: 'a', brokers: [address()] }),
      ).rejects.toMatchObject({
        reason: 'not-allowed',
        message: expect.stringContaining(kafka.plain.brokers[0]),
      });
    });

    it('does not wait for ever for one that keeps silent', async () => {
      await listen(socket => socket.on('error', () => {}).resume());
      await expect(
        admin.probe({ id: 'a', brokers: [address()] }, { timeoutMs: 300 }),
      ).rejects.toMatchObject({
        reason: 'timeout',
        message: expect.stringContaining('within 0.3 s'),
      });
    });

    it('can be cancelled', async () => {
      const controller = new AbortController();
      await listen(socket => {
        socket.on('error', () => {}).resume();
        controller.abort();
      });
      const { signal } = controller;
      await expect(
        admin.probe({ id: 'a', brokers: [address()] }, { signal }),
      ).rejects.toThrow('The call was cancelled');
    });

    it.each([
      ['garbage', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
      ['a length of 2 GB', Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0])],
    ])('survives a server that sends %s', async (_, bytes) => {
      await listen(socket => {
        socket.on('error', () => {}).resume();
        socket.write(bytes);
      });
      await expect(
        admin.probe({ id: 'a', brokers: [address()] }, { timeoutMs: 1_000 }),
      ).rejects.toMatchObject({ name: 'BrokerConnectionError' });
    });
  });

  it('lists topics and says what is known of one', async () => {
    await produce(kafka.plain.brokers, 'orders', [
      { value: 'a' },
      { value: 'b' },
    ]);
    const topics = await admin.topics(plain());
    expect(topics).toContainEqual({
      name: 'orders',
      internal: false,
      partitions: 3,
      replicationFactor: 1,
      approximateRecords: 2,
    });
    expect(await admin.topic(plain(), 'orders')).toEqual({
      name: 'orders',
      internal: false,
      partitions: 3,
      replicationFactor: 1,
      approximateRecords: 2,
      retentionMs: 60_000,
      retentionBytes: undefined,
    });
    expect(await admin.topic(plain(), 'missing')).toBeUndefined();
  });

  it('marks Kafka’s own topics as internal', async () => {
    await admin.groupMembers(plain(), 'somebody');
    const own = await waitUntil(
      async () =>
        (await admin.topics(plain())).find(
          ({ name }) => name === '__consumer_offsets',
        ),
      { timeoutMs: 10_000, what: 'the topic of positions' },
    );
    expect(own.internal).toBe(true);
  });

  it('sets missing positions, keeps those there are, and counts members', async () => {
    await createTopics(kafka.plain.brokers, [{ topic: 'kept', partitions: 2 }]);
    const records = [0, 1].map(partition => ({ value: 'x', partition }));
    await produce(kafka.plain.brokers, 'kept', records);
    const position = { groupId: 'g-kept', topic: 'kept' };
    await admin.ensurePositions(plain(), { ...position, startFrom: 'latest' });
    await admin.ensurePositions(plain(), {
      ...position,
      startFrom: 'earliest',
    });
    expect(await positionsOf('g-kept', 'kept')).toEqual(['1', '1']);
    expect(await admin.groupMembers(plain(), 'g-kept')).toBe(0);
  });

  it('starts a queue that has not begun where it is said last', async () => {
    await createTopics(kafka.plain.brokers, [
      { topic: 'said-twice', partitions: 2 },
    ]);
    const records = [0, 1].map(partition => ({ value: 'x', partition }));
    await produce(kafka.plain.brokers, 'said-twice', records);
    const first = { groupId: 'g-twice', topic: 'said-twice', isFirst: true };
    await admin.ensurePositions(plain(), { ...first, startFrom: 'earliest' });
    expect(await positionsOf('g-twice', 'said-twice')).toEqual(['0', '0']);
    await admin.ensurePositions(plain(), { ...first, startFrom: 'latest' });
    expect(await positionsOf('g-twice', 'said-twice')).toEqual(['1', '1']);
  });

  it('goes on from positions that were kept elsewhere when Kafka has forgotten them', async () => {
    const topic = 'forgotten';
    await createTopics(kafka.plain.brokers, [{ topic, partitions: 4 }]);
    await produce(
      kafka.plain.brokers,
      topic,
      [0, 0, 0, 1, 1, 2].map(partition => ({ value: 'x', partition })),
    );
    const at = new Date(Date.now() + 1_000).toISOString();
    await admin.ensurePositions(plain(), {
      groupId: 'g-forgotten',
      topic,
      startFrom: 'latest',
      known: [
        { partition: 0, position: '2', at },
        // Beyond the end: the topic was created anew.
        { partition: 1, position: '7', at },
        { partition: 2, position: '1', at },
        // Partition 3 was added meanwhile.
      ],
    });
    expect(await positionsOf('g-forgotten', topic)).toEqual([
      ...['2', '0', '1', '0'],
    ]);
    // What Kafka knows is newer.
    await admin.ensurePositions(plain(), {
      groupId: 'g-forgotten',
      topic,
      startFrom: 'latest',
      known: [{ partition: 0, position: '1', at }],
    });
    expect(await positionsOf('g-forgotten', topic)).toEqual([
      ...['2', '0', '1', '0'],
    ]);
  });

  it('skips nothing of a topic that was created anew under its name', async () => {
    const topic = 'created-anew';
    const before = Date.parse('2026-01-01T00:00:00Z');
    await createTopics(kafka.plain.brokers, [{ topic, partitions: 2 }]);
    await produce(kafka.plain.brokers, topic, [
      // Of the topic that the position is from, and younger than the position.
      { partition: 0, value: 'old', timestamp: before - 2 },
      { partition: 0, value: 'old', timestamp: before - 1 },
      { partition: 0, value: 'new', timestamp: before + 1 },
      // Of another one.
      { partition: 1, value: 'new', timestamp: before + 1 },
      { partition: 1, value: 'new', timestamp: before + 2 },
    ]);
    const at = new Date(before).toISOString();
    await admin.ensurePositions(plain(), {
      ...{ groupId: 'g-anew', topic, startFrom: 'latest' },
      known: [
        { partition: 0, position: '2', at },
        { partition: 1, position: '2', at },
      ],
    });
    expect(await positionsOf('g-anew', topic)).toEqual(['2', '0']);
  });

  it('starts from a time', async () => {
    await createTopics(kafka.plain.brokers, [{ topic: 'timed' }]);
    await produce(kafka.plain.brokers, 'timed', [
      { value: 'old', timestamp: Date.parse('2026-01-01T00:00:00Z') },
      { value: 'new', timestamp: Date.parse('2026-02-01T00:00:00Z') },
    ]);
    await admin.ensurePositions(plain(), {
      groupId: 'g-timed',
      topic: 'timed',
      startFrom: { timestamp: '2026-01-15T00:00:00Z' },
    });
    expect(await positionsOf('g-timed', 'timed')).toEqual(['1']);
  });

  async function positionsOf(groupId: string, topic: string) {
    const client = new Kafka({
      brokers: kafka.plain.brokers,
      logLevel: logLevel.NOTHING,
    }).admin();
    await client.connect();
    try {
      const [{ partitions }] = await client.fetchOffsets({
        groupId,
        topics: [topic],
      });
      return partitions
        .sort((a, b) => a.partition - b.partition)
        .map(({ offset }) => offset);
    } finally {
      await client.disconnect();
    }
  }
});
