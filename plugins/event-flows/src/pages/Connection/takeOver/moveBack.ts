import type {
  EventFlowsApi,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Clock } from '../../../api/CallPace';

/** Milliseconds for which a queue that went back is looked at. */
const LOOK_FOR_MS = 15_000;
/** Milliseconds between looks at it. */
const LOOK_MS = 1_000;

/** Whoever moves queues needs these. */
export interface Around {
  api: Pick<EventFlowsApi, 'moveQueue' | 'getQueue'>;
  clock: Clock;
}

/** The queue did not run at its new connection, and is back at the old one. */
export class MovedBackError extends Error {
  readonly name = 'MovedBackError' as const;

  constructor(
    /** As it was seen last, at the old connection. */
    readonly queue: Queue,
    /** What it said at the new connection, where it said something. */
    readonly reason: string | undefined,
  ) {
    super(reason);
  }
}

/** Nobody knows whether the queue runs at its new connection; it can go back. */
export class HalfWayError extends Error {
  readonly name = 'HalfWayError' as const;

  constructor(
    readonly queue: Queue,
    cause: unknown,
  ) {
    super(`Nobody has seen ${queue.topic} run`, { cause });
  }
}

/**
 * Moves a queue back to where it ran last. The backend asks no cluster for that,
 * so that it is not known to run there before it is seen to: it is looked at for
 * a while.
 *
 * @returns the queue as it was seen last
 * @throws HalfWayError if it is not known to be back
 */
export async function moveBack(
  queue: Queue,
  connectionId: string,
  { api, clock }: Around,
): Promise<Queue> {
  const { id, revision } = queue;
  let back = await api
    .moveQueue(id, { connectionId, revision })
    .catch(async error => {
      // The answer may be lost, or be that a replica follows later.
      const seen = await api.getQueue(id).catch(() => undefined);
      if (seen?.connection.id !== connectionId) {
        throw new HalfWayError(queue, error);
      }
      return seen;
    });
  const until = clock.now() + LOOK_FOR_MS;
  while (isStarting(back) && clock.now() < until) {
    await clock.delay(LOOK_MS);
    const before = back;
    back = await api.getQueue(id).catch(() => before);
  }
  return back;
}

/** Whether an enabled queue has not yet said that it runs, or why it does not. */
export function isStarting({ state, status }: Queue): boolean {
  return (
    state === 'enabled' &&
    (status?.phase === undefined || status.phase === 'starting')
  );
}
