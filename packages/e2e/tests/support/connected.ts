import { expect } from '@playwright/test';
import type { ApiClient } from './api';

/** A cluster that is connected, and the queues of a topic by algorithm. */
export interface Connected {
  connectionId: string;
  queueIdOf: (algorithmRef: string) => string;
}

/** Connects a cluster, and gives algorithms access to one of its topics. */
export async function connectTopic(
  ada: ApiClient,
  options: {
    name: string;
    brokers: string[];
    topic: string;
    algorithmRefs: string[];
  },
): Promise<Connected> {
  const { name, brokers, topic, algorithmRefs } = options;
  const connection = await ada.send('post', '/connections', {
    ...{ name, type: 'kafka', brokers },
  });
  const connectionId: string = connection.body.id;
  const given = await ada.send(
    'put',
    `/connections/${connectionId}/topics/${topic}/access`,
    {
      access: algorithmRefs.map(algorithmRef => ({
        ...{ algorithmRef, apiType: 'subscriber' },
      })),
      revision: 0,
    },
  );
  expect(given).toMatchObject({ status: 200 });
  const access: Array<{ algorithmRef: string; queueId: string }> =
    given.body.access;
  return {
    connectionId,
    queueIdOf: ref =>
      access.find(({ algorithmRef }) => algorithmRef === ref)?.queueId ?? '',
  };
}

/** Enables a queue for the first time, with everything that the topic keeps. */
export async function enableFromStart(
  ada: ApiClient,
  queueId: string,
  options: { versionRef: string; deadLetterTopic?: string },
): Promise<void> {
  const { versionRef, deadLetterTopic } = options;
  const enabled = await ada.send('put', `/queues/${queueId}`, {
    ...{ state: 'enabled', versionRef, revision: 0 },
    settings: {
      startFrom: 'earliest',
      ...(deadLetterTopic !== undefined && { deadLetterTopic }),
    },
  });
  expect(enabled).toMatchObject({ status: 200 });
}
