import type {
  EventFlowsApi,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';

/** Milliseconds that a queue gets to run at its new connection. */
const DEADLINE_MS = 60_000;
/** Milliseconds between looks at it. */
const LOOK_MS = 1_000;

/** The queue did not run at its new connection, and is back at the old one. */
export class MovedBackError extends Error {
  readonly name = 'MovedBackError' as const;

  constructor(
    readonly queue: Queue,
    /** What it said at the new connection, where it said something. */
    readonly reason: string | undefined,
  ) {
    super(reason);
  }
}

/**
 * Moves a queue, waits until it runs at its new connection, and moves it back
 * if it does not. Whoever leaves meanwhile leaves it where it is: it says there
 * how it is, and can be moved back.
 *
 * @throws MovedBackError
 */
export async function takeOverQueue(
  queue: Queue,
  connectionId: string,
  around: {
    api: EventFlowsApi;
    signal: AbortSignal;
    now: () => number;
    delay: (ms: number) => Promise<void>;
  },
): Promise<Queue> {
  const { api, signal, now, delay } = around;
  const { revision } = queue;
  let moved = await api.moveQueue(
    queue.id,
    { connectionId, revision },
    { signal },
  );
  const startedAt = now();
  while (isStarting(moved) && now() - startedAt < DEADLINE_MS) {
    await delay(LOOK_MS);
    moved = await api.getQueue(queue.id, { signal });
  }
  const { phase, reason } = moved.status ?? {};
  if (phase !== 'failed' && !isStarting(moved)) {
    return moved;
  }
  await api.moveQueue(queue.id, {
    connectionId: queue.connection.id,
    revision: moved.revision,
  });
  throw new MovedBackError(queue, reason);
}

function isStarting({ state, status }: Queue): boolean {
  return (
    state === 'enabled' &&
    (status?.phase === undefined || status.phase === 'starting')
  );
}
