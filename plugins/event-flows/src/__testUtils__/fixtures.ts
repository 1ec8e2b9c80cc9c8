import type { Entity } from '@backstage/catalog-model';
import type {
  Connection,
  DeadLetter,
  HeldUpRecord,
  Queue,
  QueueStatus,
  TopicRecord,
  TopicSummary,
  VersionTrial,
} from '@event-flows/backstage-plugin-event-flows-common';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A point in time, this long before now. */
export function ago(milliseconds: number): string {
  return new Date(Date.now() - milliseconds).toISOString();
}

/** A connection that answers. */
export function aConnection(overrides: Partial<Connection> = {}): Connection {
  return {
    id: 'orders-prod',
    name: 'orders-prod',
    type: 'kafka',
    brokers: ['kafka-1.example.com:9093', 'kafka-2.example.com:9093'],
    tls: { ca: '-----BEGIN CERTIFICATE-----', hasClientKey: false },
    sasl: { mechanism: 'scram-sha-512', username: 'event-flows' },
    clusterId: '4L6g3nShT-eMCtK--X86sw',
    createdAt: ago(26 * HOUR),
    createdBy: 'user:default/ada',
    state: {
      status: 'connected',
      since: ago(26 * HOUR),
      checkedAt: ago(10_000),
    },
    topicsInUse: 2,
    queuesEnabled: 3,
    ...overrides,
  };
}

/** A topic that nobody uses. */
export function aTopic(
  name: string,
  overrides: Partial<TopicSummary> = {},
): TopicSummary {
  return {
    name,
    partitions: 6,
    internal: false,
    algorithms: 0,
    algorithmRefs: [],
    queuesEnabled: 0,
    approximateRecords: 12_345,
    ...overrides,
  };
}

/** What a queue that delivers reports. */
export function aStatus(overrides: Partial<QueueStatus> = {}): QueueStatus {
  return {
    phase: 'running',
    lag: 1_234,
    deliveredPerSecond: 42.5,
    lastDeliveredAt: ago(3_000),
    replicas: 2,
    counters: {
      read: 10_012,
      delivered: 10_000,
      deadLettered: 4,
      skipped: 0,
      inFlight: 8,
    },
    versionRef: 'component:default/sentiment-1-1-0',
    ...overrides,
  };
}

/** A record that the endpoint refused. */
export function aHeldUpRecord(
  overrides: Partial<HeldUpRecord> = {},
): HeldUpRecord {
  return {
    partition: 2,
    offset: '8812',
    phase: 'blocked',
    reason:
      '422 from sentiment.example.com; no dead-letter topic is set, so it waits until somebody decides',
    attempts: 1,
    firstFailedAt: ago(5 * MINUTE),
    ...overrides,
  };
}

/** A disabled queue of Sentiment on the topic reviews. */
export function aQueue(overrides: Partial<Queue> = {}): Queue {
  return {
    id: 'queue-reviews',
    connection: { id: 'orders-prod', name: 'orders-prod' },
    topic: 'reviews',
    algorithmRef: 'component:default/sentiment',
    state: 'disabled',
    revision: 1,
    mayUpdate: true,
    mayReadRecords: true,
    mayPublishTo: [],
    changedAt: ago(HOUR),
    changedBy: 'user:default/ada',
    ...overrides,
  };
}

/** An algorithm of the catalog. */
export function anAlgorithm(name: string, title: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, namespace: 'default', title },
    spec: {
      type: 'algorithm',
      lifecycle: 'production',
      owner: 'group:default/nlp',
    },
    relations: [{ type: 'ownedBy', targetRef: 'group:default/nlp' }],
  };
}

/** A version of an algorithm of the catalog. */
export function aVersion(
  algorithm: string,
  version: string,
  overrides: { lifecycle?: string; endpoint?: string } = {},
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: `${algorithm}-${version.replace(/\./g, '-')}`,
      namespace: 'default',
      annotations: {
        'event-flows.io/version': version,
        'event-flows.io/endpoint':
          overrides.endpoint ??
          `https://algorithms.example.com/${algorithm}/${version}`,
      },
    },
    spec: {
      type: 'algorithm-version',
      lifecycle: overrides.lifecycle ?? 'production',
      owner: 'group:default/nlp',
      subcomponentOf: `component:default/${algorithm}`,
    },
    relations: [
      { type: 'partOf', targetRef: `component:default/${algorithm}` },
    ],
  };
}

/** A record with a review in JSON. */
export function aRecord(overrides: Partial<TopicRecord> = {}): TopicRecord {
  const text = '{"stars":5,"text":"Great, thanks"}';
  return {
    ...{ partition: 1, offset: '8812', timestamp: ago(5 * MINUTE) },
    key: { size: 10, encoding: 'utf8', data: 'customer-7' },
    value: { size: text.length, encoding: 'utf8', data: text },
    headers: [
      {
        name: 'x-tenant',
        value: { size: 3, encoding: 'utf8', data: 'nlp' },
      },
    ],
    headersLeftOut: 0,
    ...overrides,
  };
}

/** A trial that went well. */
export function aTrial(
  overrides: Partial<VersionTrial> = {},
): Omit<VersionTrial, 'versionRef'> {
  const answer = '{"mood":"happy"}';
  return {
    request: {
      url: 'https://algorithms.example.com/sentiment/1.1.0',
      headers: [{ name: 'ce-id', value: 'reviews:1:8812' }],
      size: 34,
    },
    ...{ outcome: 'delivered', status: 200, latencyMs: 42 },
    answer: { size: answer.length, encoding: 'utf8', data: answer },
    ...overrides,
  };
}

/** A record that was refused, as it lies in the dead-letter topic. */
export function aDeadLetter(overrides: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id: 'a'.repeat(43),
    ...{ partition: 0, offset: '17', record: aRecord() },
    versionRef: 'component:default/sentiment-1-0-2',
    ...{ status: 422, class: 'refused', attempts: 1 },
    reason: '422 from sentiment.example.com',
    firstFailedAt: ago(HOUR),
    ...overrides,
  };
}
