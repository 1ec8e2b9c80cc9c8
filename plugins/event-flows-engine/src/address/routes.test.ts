import {
  Canary,
  HostileBroker,
  RebindingResolver,
  startRecordingEndpoint,
  type RecordingEndpoint,
} from '@event-flows/testbed';
import { KafkaDriver } from '../broker/kafka/KafkaDriver';
import { PlatformaticDriver } from '../broker/platformatic/PlatformaticDriver';
import {
  addressOf,
  HttpDispatcher,
  type DispatchResult,
} from '../delivery/HttpDispatcher';
import { destinationOf } from '../queue/Destination';
import { runFixture } from './__testUtils__/runFixture';
import { AddressPolicy, type ResolveName } from './AddressPolicy';

jest.setTimeout(60_000);

/** Ways to write an address of this machine that the canary listens on. */
const DISGUISES = [
  ...['127.0.0.1', '127.0.0.2', '127.2', '2130706434', '0x7f000002'],
  ...['0177.0.0.2', '[::ffff:127.0.0.2]', '[::ffff:7f00:2]', '[::1]'],
  ...['0.0.0.0', '[::]', 'localhost', '[::127.0.0.2]'],
];

describe('no socket to an address that the operator has not allowed, by way of', () => {
  let canary: Canary;
  let endpoint: RecordingEndpoint;
  const cleanups: Array<() => Promise<unknown>> = [];

  beforeEach(async () => {
    canary = await Canary.start();
    endpoint = await startRecordingEndpoint();
  });

  afterEach(async () => {
    const visitors = await canary.visitors();
    await Promise.all(cleanups.splice(0).map(clean => clean()));
    await endpoint.close();
    await canary.close();
    if (visitors > 0) {
      throw new Error(`${visitors} sockets were opened to a refused address`);
    }
  });

  /** Names are allowed widely; of addresses, only those that are given. */
  const policyOf = (
    brokers: string[],
    options: { endpoints?: string[]; resolve?: ResolveName } = {},
  ) => {
    const { endpoints = [endpoint.url], resolve } = options;
    const allow = ['10.0.0.0/8:*', '[::]/0:*', '*.test:*', ...brokers];
    return new AddressPolicy(
      { brokers: { allow }, endpoints: { allow: endpoints } },
      resolve,
    );
  };
  const driversWith = ({ brokers }: AddressPolicy) => [
    new KafkaDriver(brokers, () => {}),
    new PlatformaticDriver(brokers, () => {}),
  ];
  const hostileBroker = async (host: string) => {
    const broker = await HostileBroker.start({
      ...{ kind: 'advertises', host, port: canary.port },
    });
    cleanups.push(() => broker.close());
    return broker;
  };
  const publishTo = async (
    driver: KafkaDriver | PlatformaticDriver,
    broker: string,
  ) => {
    const producer = driver.producer({ id: 'p', brokers: [broker] });
    try {
      await producer.publish('orders', {
        ...{ key: null, value: null, timestamp: -1, headers: [] },
      });
    } finally {
      await producer.close();
    }
  };
  const send = (policy: AddressPolicy, url: string) => {
    const dispatcher = new HttpDispatcher(policy.endpoints);
    cleanups.push(() => dispatcher.close());
    return new Promise<DispatchResult>(resolve => {
      dispatcher.send(
        {
          endpoint: addressOf(new URL(url)),
          request: { headers: [], body: Buffer.from('hello') },
          timeoutMs: 5_000,
          keepBody: true,
        },
        resolve,
      );
    });
  };
  const notAllowed = (setting: string) => ({
    message: expect.stringContaining(setting),
  });
  const BROKERS = notAllowed('eventFlows.brokers.allow');
  const ENDPOINTS = notAllowed('eventFlows.endpoints.allow');

  it('the form', async () => {
    const { port } = canary;
    for (const driver of driversWith(policyOf([]))) {
      await Promise.all(
        DISGUISES.map(async host => {
          const brokers = [`${host}:${port}`];
          const probing = driver.admin.probe({ id: 'f', brokers });
          await expect(probing).rejects.toMatchObject({
            ...BROKERS,
            reason: 'not-allowed',
          });
        }),
      );
    }
  });

  it('an advertised listener', async () => {
    for (const host of ['127.0.0.2', 'localhost', '::1', '0.0.0.0']) {
      const { address } = await hostileBroker(host);
      for (const driver of driversWith(policyOf([address]))) {
        await expect(
          driver.admin.probe({ id: 'a', brokers: [address] }),
        ).rejects.toMatchObject({ ...BROKERS, reason: 'not-allowed' });
      }
    }
  });

  it('DNS', async () => {
    const { address, port } = await hostileBroker('kafka.test');
    const named = `http://algorithm.test:${canary.port}`;
    const rebinding = () =>
      policyOf([address], {
        endpoints: [named],
        resolve: new RebindingResolver({
          'kafka.test': [['127.0.0.1'], ['127.0.0.2', '::1', '0.0.0.0']],
          'algorithm.test': [['127.0.0.2', '::ffff:127.0.0.1', '::']],
        }).resolve,
      });
    const brokers = [`kafka.test:${port}`];
    for (const at of [0, 1]) {
      await expect(
        driversWith(rebinding())[at].admin.probe({ id: 'd', brokers }),
      ).rejects.toMatchObject({ ...BROKERS, reason: 'not-allowed' });
      await expect(
        publishTo(driversWith(rebinding())[at], brokers[0]),
      ).rejects.toMatchObject({ ...BROKERS, reason: 'not-allowed' });
    }
    expect(await send(rebinding(), named)).toMatchObject({ error: ENDPOINTS });
  });

  it('a redirect', async () => {
    const location = `http://127.0.0.2:${canary.port}/`;
    // Not even where it leads to an allowed address.
    const policy = policyOf([], { endpoints: [endpoint.url, location] });
    for (const status of [300, 301, 302, 303, 305, 307, 308]) {
      endpoint.respond = () => ({ status, headers: { location } });
      expect(await send(policy, endpoint.url)).toMatchObject({
        response: { status },
      });
    }
    expect(endpoint.requests).toHaveLength(7);
  });

  it('an annotation', async () => {
    const policy = policyOf([], {
      endpoints: [endpoint.url, 'http://algorithm.test/'],
    });
    const { port } = canary;
    const urls = [
      ...DISGUISES.map(host => `http://${host}:${port}/`),
      `http://127.0.0.1:${endpoint.port}@127.0.0.2:${port}/`,
      `${endpoint.url}@127.0.0.2:${port}/`,
      `http://user:password@127.0.0.1:${endpoint.port}/`,
      `http:\\\\127.0.0.2:${port}\\`,
      `https://127.0.0.1:${port}/`,
      `http://algorithm.test:${port}/`,
      `ftp://127.0.0.1:${port}/`,
      `ws://127.0.0.1:${port}/`,
      `gopher://127.0.0.1:${port}/`,
      `unix:/run/docker.sock`,
      'file:///etc/passwd',
      ['javascript', 'fetch("http://127.0.0.1")'].join(':'),
      'data:text/plain,hello',
      `//127.0.0.2:${port}/`,
      '',
    ];
    for (const url of urls) {
      const target = {
        kind: 'version',
        versionRef: 'v',
        endpoint: url,
      } as const;
      expect(
        destinationOf(target, { policy, credentials: () => ({}) }),
      ).toMatchObject({
        kind: 'unavailable',
        reason: expect.stringContaining('eventFlows.endpoints.allow'),
      });
    }
    // Whoever came past that would be stopped where the socket is opened.
    for (const host of DISGUISES) {
      const url = `http://${host}:${port}/`;
      expect(await send(policy, url)).toMatchObject({ error: ENDPOINTS });
    }
  });

  it('the dead-letter topic', async () => {
    for (const host of ['127.0.0.2', '::ffff:127.0.0.1', '2130706434']) {
      const { address } = await hostileBroker(host);
      for (const driver of driversWith(policyOf([address]))) {
        await expect(publishTo(driver, address)).rejects.toMatchObject({
          ...BROKERS,
          reason: 'not-allowed',
        });
      }
    }
  });

  it('a response', async () => {
    const elsewhere = `http://127.0.0.2:${canary.port}/`;
    endpoint.respond = () => ({
      status: 200,
      headers: {
        'content-type': 'text/html',
        'content-location': elsewhere,
        'alt-svc': `h2="127.0.0.2:${canary.port}", http/1.1="127.0.0.2:${canary.port}"`,
        link: `<${elsewhere}>; rel=preload`,
        location: elsewhere,
        refresh: `0; url=${elsewhere}`,
      },
      body: `<meta http-equiv="refresh" content="0; url=${elsewhere}"><img src="${elsewhere}">{"error":"${elsewhere}"}`,
    });
    const policy = policyOf([]);
    for (let count = 0; count < 3; count += 1) {
      expect(await send(policy, endpoint.url)).toMatchObject({
        response: { status: 200 },
      });
    }
    expect(endpoint.requests).toHaveLength(3);
  });

  it('a proxy of the environment', async () => {
    const proxy = `http://127.0.0.1:${canary.port}`;
    const answer = await runFixture('dispatchOnce', endpoint.url, {
      ...{ NODE_USE_ENV_PROXY: '1', NO_PROXY: '', no_proxy: '' },
      ...{ HTTP_PROXY: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy },
      ...{ http_proxy: proxy, https_proxy: proxy, all_proxy: proxy },
    });
    expect(answer).toBe('200');
    expect(endpoint.requests).toHaveLength(1);
  });
});
