import { InputError } from '@backstage/errors';
import type {
  ApiType,
  UpdateAccess,
} from '@event-flows/backstage-plugin-event-flows-common';
import { isRecreated } from '../catalog/pins';
import type { QueueRecord } from '../queues/QueuesStore';

/** Of algorithms in one message. */
const MAX_NAMED = 5;

/**
 * Only algorithms that the caller can see in the catalog can be added.
 *
 * @param uids - of the algorithms that the caller sees
 */
export function checkAdded(
  added: string[],
  uids: ReadonlyMap<string, string | undefined>,
): void {
  const unknown = added.filter(ref => !uids.has(ref));
  if (unknown.length > 0) {
    throw new InputError(
      `access: ${unknown.slice(0, MAX_NAMED).join(', ')} ${
        unknown.length > 1 ? 'are no algorithms' : 'is no algorithm'
      } in the catalog${
        unknown.length > MAX_NAMED
          ? `, and so are ${unknown.length - MAX_NAMED} more`
          : ''
      }`,
    );
  }
}

/** The refs of those who have no such access yet. */
export function addedBy(
  entries: UpdateAccess['access'],
  current: ReadonlyArray<{ algorithmRef: string; apiType: ApiType }>,
): string[] {
  const present = new Set(
    current.map(({ algorithmRef, apiType }) => `${apiType} ${algorithmRef}`),
  );
  return entries
    .filter(
      ({ algorithmRef, apiType }) => !present.has(`${apiType} ${algorithmRef}`),
    )
    .map(({ algorithmRef }) => algorithmRef);
}

/** Queues that go with their access. */
export function removedBy(
  entries: UpdateAccess['access'],
  current: QueueRecord[],
): QueueRecord[] {
  const wanted = new Set(
    entries
      .filter(({ apiType }) => apiType === 'subscriber')
      .map(({ algorithmRef }) => algorithmRef),
  );
  return current.filter(({ algorithmRef }) => !wanted.has(algorithmRef));
}

/** Queues that are disabled, because they pass to another entity. */
export function renewedBy(
  entries: UpdateAccess['access'],
  current: QueueRecord[],
  uids: ReadonlyMap<string, string | undefined>,
): QueueRecord[] {
  const renewed = new Set(
    entries
      .filter(({ renew }) => renew)
      .map(({ algorithmRef }) => algorithmRef),
  );
  return current.filter(
    queue =>
      renewed.has(queue.algorithmRef) &&
      isRecreated(queue, uids.get(queue.algorithmRef)),
  );
}

/** Whether one of them is enabled, or has not been seen to stop. */
export function mayStillRun(queues: QueueRecord[]): boolean {
  return queues.some(
    ({ state, versionRef, stoppedAt }) =>
      state === 'enabled' || (versionRef !== undefined && !stoppedAt),
  );
}
