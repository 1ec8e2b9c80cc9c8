import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { readEventFlowsConfig } from './config';

const KEY = Buffer.alloc(32, 7).toString('base64');

function read(eventFlows?: JsonObject) {
  return readEventFlowsConfig(
    new ConfigReader(eventFlows ? { eventFlows } : {}),
  );
}

describe('readEventFlowsConfig', () => {
  it('has a default for everything, and allows nothing by default', () => {
    expect(read()).toEqual({
      administrators: [],
      brokers: { allow: [], allowPlaintextPasswords: [] },
      endpoints: { allow: [], credentials: [], forwardHeaders: [] },
      secrets: { keys: [], lostKeys: [] },
      consumers: { enabled: true },
      delivery: { driver: 'kafkajs', defaults: {}, limits: {} },
      receipts: {
        ...{ enabled: true, excludeTopics: [] },
        ...{ keepPerQueue: 1_000, maxAgeHours: 24 },
      },
      incidents: { stalledAfterMinutes: 10 },
      catalog: {
        algorithmType: 'algorithm',
        algorithmVersionType: 'algorithm-version',
      },
    });
  });

  it('reads everything that there is', () => {
    const config = {
      administrators: ['Group:default/Platform'],
      brokers: {
        allow: [
          'kafka.internal:9092',
          '127.0.0.1:*',
          '10.0.0.0/8:9092',
          '*.example.com:9093',
          '[::1]:9092',
        ],
        allowPlaintextPasswords: ['*.example.com:*'],
      },
      endpoints: {
        allow: ['https://algorithms.example.com/'],
        credentials: [
          {
            prefix: 'https://algorithms.example.com/',
            headers: { Authorization: 'Bearer token' },
          },
        ],
        forwardHeaders: ['x-tenant'],
      },
      secrets: {
        keys: [{ id: '2026-11', key: KEY }],
        lostKeys: ['2026-05'],
      },
      consumers: { enabled: 'false' },
      delivery: {
        driver: 'platformatic',
        defaults: { ordering: 'key', concurrency: '8' },
        limits: { concurrency: 64, timeoutMs: 60_000, maxAttempts: 20 },
      },
      receipts: {
        ...{ enabled: false, excludeTopics: ['payments.*'] },
        ...{ keepPerQueue: 50, maxAgeHours: 1 },
      },
      incidents: { stalledAfterMinutes: 30 },
      catalog: {
        algorithmType: 'model',
        algorithmVersionType: 'model-version',
      },
    };
    expect(read(config)).toEqual({
      ...config,
      administrators: ['group:default/platform'],
      secrets: {
        keys: [{ id: '2026-11', key: Buffer.alloc(32, 7) }],
        lostKeys: ['2026-05'],
      },
      consumers: { enabled: false },
      delivery: {
        ...config.delivery,
        defaults: { ordering: 'key', concurrency: 8 },
      },
    });
  });

  it.each<[string, JsonObject, string]>([
    [
      'an unknown key',
      { broker: {} },
      'eventFlows.broker is not known; allowed are administrators, brokers, endpoints, secrets, consumers, delivery, receipts, incidents, catalog',
    ],
    [
      'an unknown key inside',
      { brokers: { alow: [] } },
      'eventFlows.brokers.alow is not known; allowed are allow, allowPlaintextPasswords',
    ],
    [
      'an unknown key in a list',
      { secrets: { keys: [{ id: 'a', key: KEY, kye: 'x' }] } },
      'eventFlows.secrets.keys[0].kye is not known; allowed are id, key',
    ],
    [
      'a broker without port',
      { brokers: { allow: ['kafka'] } },
      'eventFlows.brokers.allow[0]: must be host:port',
    ],
    [
      'an endpoint of another kind',
      { endpoints: { allow: ['file:///etc/'] } },
      'eventFlows.endpoints.allow[0]: must be a URL prefix',
    ],
    [
      'a header that breaks the line',
      {
        endpoints: {
          credentials: [
            { prefix: 'https://a.example.com/', headers: { A: 'b\r\nc: d' } },
          ],
        },
      },
      'eventFlows.endpoints.credentials[0].headers.A: must be the value of an HTTP header',
    ],
    [
      'a header that HTTP sets',
      {
        endpoints: {
          credentials: [
            {
              prefix: 'https://a.example.com/',
              headers: { 'Content-Length': '5' },
            },
          ],
        },
      },
      'eventFlows.endpoints.credentials[0].headers.Content-Length: cannot be set: it belongs to HTTP',
    ],
    [
      'a name that is none of a header',
      {
        endpoints: {
          credentials: [
            { prefix: 'https://a.example.com/', headers: { 'a b': 'c' } },
          ],
        },
      },
      'eventFlows.endpoints.credentials[0].headers.a b: must be the name of an HTTP header',
    ],
    [
      'a header in two spellings',
      {
        endpoints: {
          credentials: [
            {
              prefix: 'https://a.example.com/',
              headers: { 'X-Token': 'a', 'x-token': 'b' },
            },
          ],
        },
      },
      'eventFlows.endpoints.credentials[0].headers: each header only once',
    ],
    [
      'a header that is never passed on',
      { endpoints: { forwardHeaders: ['ce-id'] } },
      'eventFlows.endpoints.forwardHeaders[0]: cannot be set',
    ],
    [
      'a short key',
      { secrets: { keys: [{ id: 'a', key: 'c2hvcnQ=' }] } },
      'eventFlows.secrets.keys[0].key: must be 32 bytes in base64',
    ],
    [
      'two keys of one name',
      {
        secrets: {
          keys: [
            { id: 'a', key: KEY },
            { id: 'a', key: KEY },
          ],
        },
      },
      'eventFlows.secrets.keys: each id only once',
    ],
    [
      'a key that is there and lost',
      { secrets: { keys: [{ id: 'a', key: KEY }], lostKeys: ['a'] } },
      'eventFlows.secrets.lostKeys: "a" is in eventFlows.secrets.keys',
    ],
    [
      'a switch that is none',
      { consumers: { enabled: 'maybe' } },
      'eventFlows.consumers.enabled: must be true or false',
    ],
    [
      'a driver that there is not',
      { delivery: { driver: 'kafka' } },
      'eventFlows.delivery.driver: ',
    ],
    [
      'a negative limit',
      { delivery: { limits: { concurrency: -1 } } },
      'eventFlows.delivery.limits.concurrency: ',
    ],
    [
      'a huge limit',
      { delivery: { limits: { timeoutMs: 1e12 } } },
      'eventFlows.delivery.limits.timeoutMs: ',
    ],
    [
      'a limit below the default',
      { delivery: { limits: { concurrency: 4 } } },
      'eventFlows.delivery.limits.concurrency: must not be below the default, which is 16',
    ],
    [
      'one type for two things',
      { catalog: { algorithmType: 'a', algorithmVersionType: 'a' } },
      'eventFlows.catalog.algorithmVersionType: must differ from',
    ],
    [
      'an administrator without kind',
      { administrators: ['ada'] },
      'eventFlows.administrators[0]: must be a full entity reference',
    ],
  ])('refuses %s', (_, config, message) => {
    expect(() => read(config)).toThrow(message);
  });

  it('names every problem at once, and never shows a key', () => {
    const key = 'a secret that is too short';
    const failure = () =>
      read({ secrets: { keys: [{ id: 'a', key }] }, consumer: {} });
    expect(failure).toThrow(
      /keys\[0\].key: .*eventFlows.consumer is not known/,
    );
    expect(failure).not.toThrow(/a secret/);
  });
});
