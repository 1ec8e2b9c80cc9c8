import type { Entity } from '@backstage/catalog-model';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import {
  aConnection,
  aHeldUpRecord,
  aQueue,
  aStatus,
  aTopic,
  aVersion,
  ago,
  anAlgorithm,
} from '../src/__testUtils__/fixtures';
import type { InMemoryState } from '../src/__testUtils__/InMemoryEventFlows';

const MINUTE = 60_000;

const SENTIMENT = 'component:default/sentiment';
const FRAUD = 'component:default/fraud-score';
const ANOMALY = 'component:default/anomaly-detection';

/** A catalog with three algorithms, one of them with versions of every kind. */
export const sampleEntities: Entity[] = [
  {
    ...anAlgorithm('sentiment', 'Sentiment'),
    relations: [
      { type: 'ownedBy', targetRef: 'group:default/nlp' },
      { type: 'hasPart', targetRef: 'component:default/sentiment-1-1-0' },
    ],
  },
  anAlgorithm('fraud-score', 'Fraud score'),
  anAlgorithm('anomaly-detection', 'Anomaly detection'),
  anAlgorithm('churn', 'Churn'),
  aVersion('sentiment', '1.0.2'),
  aVersion('sentiment', '1.1.0'),
  aVersion('sentiment', '2.0.0-beta.1', { lifecycle: 'experimental' }),
  aVersion('sentiment', '0.9.0', { lifecycle: 'deprecated' }),
  aVersion('sentiment', '1.2.0', { endpoint: 'ftp://algorithms.example.com' }),
];

const queue = (topic: string, overrides: Parameters<typeof aQueue>[0] = {}) =>
  aQueue({
    id: `${topic}-${overrides.algorithmRef ?? ''}`,
    topic,
    ...overrides,
  });

const enabled = {
  state: 'enabled',
  versionRef: 'latest',
  settings: defaultQueueSettings,
} as const;

/** Clusters, topics and queues in every state. */
export const sampleState: InMemoryState = {
  failingConnections: { slow: 'hangs', wrong: 'authentication' },
  connections: [
    aConnection(),
    aConnection({
      id: 'iot',
      name: 'sensors-and-gateways-of-the-northern-production-sites',
      brokers: ['10.20.0.11:9092'],
      tls: undefined,
      sasl: undefined,
      createdAt: ago(90 * 24 * 60 * MINUTE),
      state: {
        status: 'unreachable',
        since: ago(5 * MINUTE),
        checkedAt: ago(20_000),
        reason: 'connect ECONNREFUSED 10.20.0.11:9092',
      },
      topicsInUse: 1,
      queuesEnabled: 0,
    }),
  ],
  topics: {
    'orders-prod': [
      aTopic('reviews', {
        algorithms: 3,
        algorithmRefs: [SENTIMENT, FRAUD, ANOMALY],
        queuesEnabled: 1,
      }),
      aTopic('orders', {
        algorithms: 2,
        algorithmRefs: [FRAUD, SENTIMENT],
        queuesEnabled: 1,
        approximateRecords: 4_812_345,
      }),
      aTopic('payments', { approximateRecords: 812, partitions: 12 }),
      aTopic('com.example.shop.checkout.customer-feedback.surveys.v2', {
        algorithms: 1,
        algorithmRefs: [SENTIMENT],
        approximateRecords: undefined,
      }),
      aTopic('__consumer_offsets', { internal: true, partitions: 50 }),
    ],
    iot: [aTopic('temperatures', { algorithms: 1, algorithmRefs: [ANOMALY] })],
  },
  queues: [
    queue('reviews', {
      algorithmRef: SENTIMENT,
      ...enabled,
      status: aStatus(),
    }),
    queue('orders', {
      algorithmRef: SENTIMENT,
      ...enabled,
      versionRef: 'component:default/sentiment-1-0-2',
      status: aStatus({
        phase: 'retrying',
        reason: '3rd attempt, 502 from sentiment.example.com',
        versionRef: 'component:default/sentiment-1-0-2',
        lag: 48_120,
        deliveredPerSecond: 0,
        lastDeliveredAt: ago(4 * MINUTE),
        heldUp: [
          aHeldUpRecord({
            partition: 0,
            offset: '120',
            phase: 'retrying',
            reason: '3rd attempt, 502 from sentiment.example.com',
            attempts: 2,
          }),
        ],
      }),
    }),
    queue('chats', {
      algorithmRef: SENTIMENT,
      ...enabled,
      status: aStatus({
        phase: 'blocked',
        reason: `Partition 2, offset 8,812: ${aHeldUpRecord().reason}`,
        heldUp: [
          aHeldUpRecord(),
          aHeldUpRecord({ partition: 4, offset: '120034', attempts: 10 }),
          aHeldUpRecord({
            partition: 5,
            offset: '17',
            phase: 'retrying',
            reason: '4th attempt, 503 from sentiment.example.com',
            attempts: 3,
            firstFailedAt: ago(MINUTE),
          }),
        ],
        deliveredPerSecond: 3.2,
      }),
    }),
    queue('com.example.shop.checkout.customer-feedback.surveys.v2', {
      algorithmRef: SENTIMENT,
    }),
    queue('tickets', { algorithmRef: SENTIMENT, mayUpdate: false }),
    queue('reviews', { algorithmRef: FRAUD }),
    queue('reviews', { algorithmRef: ANOMALY }),
    queue('orders', { algorithmRef: FRAUD, ...enabled, status: aStatus() }),
  ],
};
