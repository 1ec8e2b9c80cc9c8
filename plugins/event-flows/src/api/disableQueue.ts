import type {
  EventFlowsApi,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { isUnavailable } from './describeError';

/** A queue that is disabled. */
export interface DisabledQueue {
  /** What the backend said where it has not been seen to stop everywhere yet. */
  stopping?: unknown;
}

/** Disables a queue, and tells that it is stored from that it has stopped. */
export async function disableQueue(
  api: Pick<EventFlowsApi, 'updateQueue' | 'getQueue'>,
  { id, revision }: Pick<Queue, 'id' | 'revision'>,
): Promise<DisabledQueue> {
  try {
    await api.updateQueue(id, { state: 'disabled', revision });
    return {};
  } catch (error) {
    const seen = isUnavailable(error)
      ? await api.getQueue(id).catch(() => undefined)
      : undefined;
    if (seen?.state === 'disabled') {
      return { stopping: error };
    }
    throw error;
  }
}
