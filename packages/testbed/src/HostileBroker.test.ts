import { once } from 'node:events';
import { connect } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import { Canary, HostileBroker, RebindingResolver } from '.';

describe('HostileBroker', () => {
  let broker: HostileBroker;

  afterEach(() => broker.close());

  const kafka = () =>
    new Kafka({
      brokers: [broker.address],
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    });

  it('is believed, whatever it advertises', async () => {
    const elsewhere = { host: '127.0.0.2', port: 1 };
    broker = await HostileBroker.start({ kind: 'advertises', ...elsewhere });
    const admin = kafka().admin();
    await admin.connect();
    await expect(admin.describeCluster()).rejects.toThrow('127.0.0.2:1');
    expect(broker.connections).toBe(1);
    await admin.disconnect();
  });

  it('shows as many topics as it likes', async () => {
    broker = await HostileBroker.start({ kind: 'lists-topics', count: 1_000 });
    const admin = kafka().admin();
    await admin.connect();
    expect(await admin.listTopics()).toHaveLength(1_000);
    await admin.disconnect();
  });

  it('sends what it wants', async () => {
    const bytes = Buffer.from('garbage');
    broker = await HostileBroker.start({ kind: 'greets-with', bytes });
    const socket = connect({ host: '127.0.0.1', port: broker.port });
    expect(await once(socket, 'data')).toEqual([bytes]);
    socket.destroy();
  });
});

describe('Canary', () => {
  it('counts whoever connects, by whatever address', async () => {
    const canary = await Canary.start();
    for (const host of ['127.0.0.1', '127.0.0.9']) {
      const socket = connect({ host, port: canary.port });
      await once(socket, 'connect');
    }
    expect(await canary.visitors()).toBe(2);
    expect(await canary.visitors()).toBe(2);
    await canary.close();
  });
});

describe('RebindingResolver', () => {
  it('changes its answer, and counts the questions', async () => {
    const resolver = new RebindingResolver({
      'a.test': [['192.0.2.1'], ['127.0.0.1', '::1']],
    });
    expect(await resolver.resolve('a.test')).toEqual([
      { address: '192.0.2.1' },
    ]);
    const rebound = [{ address: '127.0.0.1' }, { address: '::1' }];
    expect(await resolver.resolve('a.test')).toEqual(rebound);
    expect(await resolver.resolve('a.test')).toEqual(rebound);
    expect(resolver.questions('a.test')).toBe(3);
    await expect(resolver.resolve('b.test')).rejects.toMatchObject({
      code: 'ENOTFOUND',
    });
  });
});
