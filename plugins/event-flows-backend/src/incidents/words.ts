import { parseEntityRef } from '@backstage/catalog-model';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { QueueRecord } from '../queues/QueuesStore';

type Payload = Parameters<NotificationService['send']>[0]['payload'];

/** What a notification says, and how much it matters. */
export type Words = Pick<Payload, 'title' | 'description' | 'severity'>;

/** A queue, at the beginning of a title. */
export function nameOf({ topic, algorithmRef }: QueueRecord): string {
  return `The queue ${topic} of ${parseEntityRef(algorithmRef).name}`;
}

/** Where the records of a queue wait. */
export function placeOf({ topic, connection }: QueueRecord): string {
  return `${topic} of ${connection.name}`;
}

/** Reasons begin in small letters: elsewhere they follow a colon. */
export function asSentence(reason: string): string {
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}
