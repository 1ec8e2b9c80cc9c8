import type { QueueWaitsFor } from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueRecord } from '../queues/QueuesStore';
import { asSentence, nameOf, placeOf, type Words } from './words';

/** How the wait for approval, or for access, ended. */
export type WaitEnd =
  /** Somebody agreed to where requests go now. */
  | { kind: 'approved'; by: string; origin: string }
  /** An administrator gave the algorithm of now access; the queue is disabled. */
  | { kind: 'renewed'; by: string }
  /** Somebody stopped it instead. */
  | { kind: 'disabled'; by: string }
  /** The catalog says again what was agreed to. */
  | { kind: 'corrected' }
  /** The catalog names nothing any more that could be agreed to. */
  | { kind: 'unavailable'; reason: string };

/** What the owner is told of a queue that waits. */
export function waitingWords(
  queue: QueueRecord,
  { kind }: Pick<QueueWaitsFor, 'kind'>,
  reason: string,
): Words {
  return {
    title: `${nameOf(queue)} waits for ${kind}`,
    description: `${reason}. Its records wait in ${placeOf(queue)}.`,
    severity: 'high',
  };
}

/** What the owner is told when it does not wait any more. */
export function waitOverWords(queue: QueueRecord, end: WaitEnd): Words {
  const name = nameOf(queue);
  const severity = 'low';
  switch (end.kind) {
    case 'approved':
      return {
        title: `${name} is approved`,
        description: `${end.by} approved that its requests go to ${end.origin}; it goes on with what waits in ${placeOf(queue)}.`,
        severity,
      };
    case 'renewed':
      return {
        title: `${name} has access again`,
        description: `${end.by} gave access to the algorithm that is in the catalog now. The queue is disabled; enable it, and it goes on at its position.`,
        severity: 'normal',
      };
    case 'disabled':
      return {
        title: `${name} waits for nothing any more`,
        description: `${end.by} disabled it. Its position is kept.`,
        severity,
      };
    case 'corrected':
      return {
        title: `${name} waits for nothing any more`,
        description: `The catalog says again what was approved; it goes on by itself with what waits in ${placeOf(queue)}.`,
        severity,
      };
    case 'unavailable':
      return {
        title: `${name} waits for nothing any more`,
        description: `The catalog names nothing now that could be approved. ${asSentence(end.reason)}. Its records wait in ${placeOf(queue)}.`,
        severity: 'normal',
      };
    default:
      return end satisfies never;
  }
}
