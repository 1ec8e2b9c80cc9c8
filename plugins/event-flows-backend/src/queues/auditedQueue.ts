import {
  audited,
  type AuditedAction,
  auditedLookup,
  type Caller,
} from '../permissions/Caller';
import type { QueueGate } from './QueueGate';
import type { QueueRecord } from './QueuesStore';

/** What somebody wants to do with a queue. */
export interface QueueEvent {
  eventId: string;
  severityLevel: AuditedAction['severityLevel'];
  queueId: string;
  /** What is recorded beside the queue itself. */
  meta?: object;
}

/**
 * Finds a queue that the caller may see, and does something with it; records
 * who did what to which queue, and what came of it, also where there is none.
 *
 * @throws NotFoundError also if the caller may not see the queue
 */
export async function auditedQueue<T>(
  gate: QueueGate,
  caller: Caller,
  event: QueueEvent,
  act: (queue: QueueRecord) => Promise<T>,
): Promise<T> {
  const { eventId, severityLevel, queueId } = event;
  const queue = await auditedLookup(
    caller,
    { eventId, severityLevel, meta: { queueId } },
    () => gate.getReadable(caller, queueId),
  );
  const { connection, topic, algorithmRef } = queue;
  const meta = {
    ...{ queueId, connectionId: connection.id, topic, algorithmRef },
    ...event.meta,
  };
  return audited(caller, { eventId, severityLevel, meta }, () => act(queue));
}
