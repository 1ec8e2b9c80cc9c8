import type {
  EventFlowsApi,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { isUnavailable } from './describeError';
import type { Stored } from './stored';

/** Disables a queue; tells whether that is stored from whether it has stopped. */
export async function disableQueue(
  api: Pick<EventFlowsApi, 'updateQueue' | 'getQueue'>,
  { id, revision }: Pick<Queue, 'id' | 'revision'>,
): Promise<Stored> {
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
