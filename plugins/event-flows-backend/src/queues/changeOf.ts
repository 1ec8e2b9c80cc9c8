import { isDeepStrictEqual } from 'node:util';
import {
  type Change,
  queueSettingsSchema,
  type QueueSettings,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Approval, QueueRecord } from './QueuesStore';

/** What enabling a queue changes about it, enabled or not as it was. */
export function changeOf(
  before: Pick<QueueRecord, 'state' | 'versionRef' | 'waitsFor' | 'settings'>,
  next: { versionRef: string; approval: Approval; settings: QueueSettings },
): Change {
  const { versionRef, approval } = next;
  const fields = changedFields(before.settings, next.settings);
  if (before.state === 'disabled') {
    return { kind: 'enabled', versionRef, fields };
  }
  if (before.waitsFor) {
    const { origin } = approval;
    return { kind: 'approved', versionRef, origin, fields };
  }
  return {
    kind: 'edited',
    ...(versionRef !== before.versionRef && { versionRef }),
    fields,
  };
}

/** None for a queue that had no settings yet: they are not changed but chosen. */
function changedFields(before: QueueSettings | undefined, next: QueueSettings) {
  return before
    ? queueSettingsSchema
        .keyof()
        .options.filter(name => !isDeepStrictEqual(before[name], next[name]))
    : [];
}
