import { aLetterId } from '../InMemoryEngine';
import type { ValidCall } from './BadInput';

/** The cluster of the scene. */
export const BROKER = 'kafka.example.com:9092';
/** The algorithm of the scene. */
export const SENTIMENT = 'component:default/sentiment';
const PEM_KEY = '-----BEGIN PRIVATE KEY-----\na\n-----END PRIVATE KEY-----';
const PEM_CERT = '-----BEGIN CERTIFICATE-----\na\n-----END CERTIFICATE-----';

/** A dead letter of the scene. */
const letter = (offset: string) => ({
  ...{ partition: 0, offset, id: aLetterId(offset) },
});

/** What the scene has that gets its id when it is made. */
export interface SceneIds {
  connectionId: string;
  /** Another one of the same cluster. */
  otherConnectionId: string;
  queueId: string;
  /** Of one that was enabled, and has stopped: at revision 2. */
  stoppedQueueId: string;
}

/** A valid call of each route in the scene. */
export function validCalls({
  connectionId,
  otherConnectionId,
  queueId,
  stoppedQueueId,
}: SceneIds): Record<string, ValidCall> {
  const none: ValidCall = { parameters: {}, bodies: [] };
  const ofConnection: ValidCall = { parameters: { connectionId }, bodies: [] };
  const ofTopic: ValidCall = {
    parameters: { connectionId, topic: 'orders' },
    bodies: [],
  };
  const ofQueue: ValidCall = { parameters: { queueId }, bodies: [] };
  const ofStoppedQueue: ValidCall = {
    parameters: { queueId: stoppedQueueId },
    bodies: [],
  };
  return {
    getAllowed: none,
    getConnections: none,
    createConnection: {
      ...none,
      bodies: [
        {
          name: 'two',
          type: 'kafka',
          brokers: [BROKER],
          tls: { ca: PEM_CERT, cert: PEM_CERT, key: PEM_KEY },
          sasl: { mechanism: 'scram-sha-512', username: 'app', password: 'p' },
        },
        { name: 'two', type: 'kafka', brokers: [BROKER], tls: true },
      ],
    },
    getConnection: ofConnection,
    deleteConnection: ofConnection,
    getTopics: ofConnection,
    getTopic: ofTopic,
    updateAccess: {
      ...ofTopic,
      bodies: [
        {
          access: [
            { algorithmRef: SENTIMENT, apiType: 'subscriber', renew: false },
          ],
          revision: 1,
        },
      ],
    },
    copyPublishers: {
      ...ofConnection,
      bodies: [{ from: otherConnectionId, checkOnly: true }],
    },
    getAlgorithmQueues: {
      parameters: {
        kind: 'component',
        namespace: 'default',
        name: 'sentiment',
      },
      bodies: [],
    },
    getQueues: none,
    listQueueTrends: {
      ...none,
      bodies: [{ queueIds: [queueId, stoppedQueueId] }],
    },
    getSecretRotation: none,
    rotateSecrets: none,
    getQueueHistory: { parameters: { queueId, period: 'day' }, bodies: [] },
    getQueue: ofQueue,
    getQueueChanges: ofQueue,
    updateQueue: {
      ...ofQueue,
      bodies: [
        {
          state: 'enabled',
          versionRef: 'component:default/sentiment-1-0-0',
          origin: 'https://algorithms.example.com',
          settings: {
            startFrom: { timestamp: '2026-01-01T00:00:00.000Z' },
            ordering: 'key',
            concurrency: 8,
            timeoutMs: 1000,
            maxAttempts: 3,
            maxRecordAgeMs: 60_000,
            deadLetterTopic: 'dead',
            outputTopic: 'answers',
            lagAlert: 1000,
            ageAlertMs: 600_000,
          },
          revision: 1,
        },
        {
          state: 'enabled',
          versionRef: 'latest',
          settings: { startFrom: 'latest' },
          revision: 1,
        },
        { state: 'disabled', revision: 1 },
      ],
    },
    moveQueue: {
      ...ofStoppedQueue,
      bodies: [
        { connectionId: otherConnectionId, revision: 2, checkOnly: true },
      ],
    },
    peek: {
      ...ofQueue,
      bodies: [
        { limit: 5 },
        { from: { partition: 0, offset: '5' }, limit: 100 },
      ],
    },
    listPlaces: { ...ofQueue, bodies: [{ limit: 5 }, { limit: 1_000 }] },
    findReceipts: {
      ...ofQueue,
      bodies: [
        { limit: 5 },
        {
          ...{ key: 'order-1', partition: 0, offset: '5', outcome: 'retried' },
          ...{ from: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00.5Z' },
          limit: 200,
        },
      ],
    },
    tryVersion: {
      ...ofQueue,
      bodies: [
        { partition: 0, offset: '5', versionRef: 'latest' },
        {
          partition: 0,
          offset: '5',
          versionRef: 'component:default/sentiment-1-0-0',
        },
      ],
    },
    listDeadLetters: {
      ...ofQueue,
      bodies: [
        { limit: 5 },
        {
          ...{ limit: 500, openOnly: true, reason: '422' },
          before: [
            { partition: 0, offset: '5' },
            { partition: 1, offset: '7' },
          ],
        },
      ],
    },
    redeliver: {
      ...ofQueue,
      bodies: [
        { ...letter('5'), versionRef: 'latest' },
        { ...letter('5'), versionRef: 'component:default/sentiment-1-0-0' },
      ],
    },
    dismiss: { ...ofQueue, bodies: [letter('6')] },
    purgeDeadLetters: {
      ...ofQueue,
      bodies: [{ checkOnly: true }, { checkOnly: false }],
    },
    previewRewind: {
      ...ofStoppedQueue,
      bodies: [
        { to: { kind: 'earliest' } },
        { to: { kind: 'timestamp', timestamp: '2026-01-01T00:00:00.000Z' } },
        { to: { kind: 'offset', partition: 0, offset: '5' } },
      ],
    },
    rewindQueue: {
      ...ofStoppedQueue,
      bodies: [
        { to: { kind: 'latest' }, revision: 2 },
        {
          to: { kind: 'timestamp', timestamp: '2026-01-01T00:00:00.000Z' },
          revision: 2,
        },
        { to: { kind: 'offset', partition: 0, offset: '5' }, revision: 2 },
      ],
    },
    decideHeldUpRecord: {
      ...ofQueue,
      bodies: [
        { action: 'retry', partition: 0, offset: '5' },
        {
          action: 'dead-letter',
          partition: 0,
          offset: '5',
          deadLetterTopic: 'dead',
        },
      ],
    },
  };
}
