import { ResponseError } from '@backstage/errors';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import type { CallPace } from '../../../api/CallPace';
import { isAbort } from '../../../api/describeError';
import {
  type Around,
  HalfWayError,
  moveBack,
  MovedBackError,
} from './moveBack';

/** Milliseconds that a queue gets to run at its new connection. */
const DEADLINE_MS = 60_000;
/** Milliseconds between looks at it. */
const LOOK_MS = 1_000;

/**
 * Moves a queue, waits until it has arrived, and moves it back if it does not.
 * Once the move has begun nothing but that ends it: neither Stop nor a look that
 * fails. Whoever leaves the page meanwhile leaves a queue whose move is open: it
 * arrives without anybody watching, or can be moved back.
 *
 * @param around - `signal` is for what has not begun, `left` for who has left
 * @throws MovedBackError
 * @throws HalfWayError if the backend could not be asked, or did not move it back
 */
export async function takeOverQueue(
  queue: Queue,
  connectionId: string,
  around: Around & { pace: CallPace; signal: AbortSignal; left: AbortSignal },
): Promise<Queue> {
  const { api, clock, left } = around;
  let moved = await begin(queue, connectionId, around);
  let unseen: unknown;
  const until = clock.now() + DEADLINE_MS;
  while (isUnderWay(moved, connectionId) && clock.now() < until) {
    await clock.delay(LOOK_MS);
    if (left.aborted) {
      return moved;
    }
    try {
      moved = await api.getQueue(queue.id);
      unseen = undefined;
    } catch (error) {
      unseen = error;
    }
  }
  if (!moved.openMove || moved.connection.id !== connectionId) {
    return moved;
  }
  if (unseen !== undefined) {
    throw new HalfWayError(moved, unseen);
  }
  const back = await moveBack(moved, queue.connection.id, around);
  throw new MovedBackError(back, moved.status?.reason);
}

async function begin(
  queue: Queue,
  connectionId: string,
  { api, pace, signal }: Around & { pace: CallPace; signal: AbortSignal },
): Promise<Queue> {
  const { id, revision } = queue;
  try {
    return await pace.run(
      () => api.moveQueue(id, { connectionId, revision }),
      signal,
    );
  } catch (error) {
    if (isAbort(error) || isRefused(error)) {
      throw error;
    }
    // The answer may be lost, or be that a replica follows later.
    const seen = await api.getQueue(id).catch(() => undefined);
    if (!seen) {
      throw new HalfWayError(queue, error);
    }
    if (seen.connection.id !== connectionId) {
      throw error;
    }
    return seen;
  }
}

function isUnderWay({ openMove, connection, status }: Queue, to: string) {
  return (
    openMove !== undefined && connection.id === to && status?.phase !== 'failed'
  );
}

/** The backend says that it did nothing. */
function isRefused(error: unknown): boolean {
  return ResponseError.is(error) && error.statusCode < 500;
}
