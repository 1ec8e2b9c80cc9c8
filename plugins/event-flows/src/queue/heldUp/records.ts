import type {
  HeldUpRecord,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { formatOffset } from '../../format/numbers';
import type { Translate } from '../../translation';

/** The records that a queue waits for; none where something else stops it. */
export function heldUpRecordsOf(
  queue: Pick<Queue, 'state' | 'status'>,
): HeldUpRecord[] {
  const { state, status } = queue;
  return state === 'enabled' &&
    (status?.phase === 'blocked' || status?.phase === 'retrying')
    ? (status.heldUp ?? [])
    : [];
}

/** Where a record lies, as people call it. */
export function placeOf(
  { partition, offset }: Pick<HeldUpRecord, 'partition' | 'offset'>,
  t: Translate,
): string {
  return t('heldUp.place', {
    partition: `${partition}`,
    offset: formatOffset(offset),
  });
}

/** Whether both are the same record of the same queue. */
export function isSameRecord(
  a: Pick<HeldUpRecord, 'partition' | 'offset'>,
  b: Pick<HeldUpRecord, 'partition' | 'offset'>,
): boolean {
  return a.partition === b.partition && a.offset === b.offset;
}
