import type {
  PauseClock,
  QueueStatus,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueRecord } from '../queues/QueuesStore';
import { hasTooMany, type IncidentKind } from './incident';
import { asSentence, nameOf, placeOf, type Words } from './words';

/** What an incident is told by. */
export type SeenQueue = Pick<
  QueueStatus,
  'phase' | 'reason' | 'lag' | 'oldestWaitingAt' | 'stalledSince'
> & { clock?: PauseClock };

/** What the owner is told of an incident, or of its end. */
export function incidentWords(
  queue: QueueRecord,
  incident: IncidentKind | 'recovered',
  seen: SeenQueue,
): Words {
  const { lag } = seen;
  const reason = asSentence(seen.reason ?? 'see there why');
  const name = nameOf(queue);
  const where = placeOf(queue);
  switch (incident) {
    case 'blocked':
      return {
        title: `${name} is blocked`,
        description: `${reason}. Try the record again, skip it or dead-letter it at the queue; the records that must come after it wait in ${where}.`,
        severity: 'high',
      };
    case 'paused':
      return {
        title: `${name} is paused`,
        description: `${reason}. Its records wait in ${where}.`,
        severity: 'high',
      };
    case 'failed':
      return {
        title: `${name} has failed`,
        description: `${reason}. It tries again by itself; meanwhile its records wait in ${where}.`,
        severity: 'critical',
      };
    case 'stalled':
      return {
        title: `${name} delivers nothing`,
        description: `${stalledText(seen)} Its records wait in ${where}.`,
        severity: 'high',
      };
    case 'behind':
      return {
        ...behindWords(queue, seen),
        severity: 'normal',
      };
    case 'expiring':
      return {
        title: `${name}: the topic ${seen.clock?.deleted ? 'has deleted' : 'will soon delete'} unread records`,
        description: `${lossOf(seen.clock)}, because ${where} keeps its records no longer. Let the queue go on, have the topic keep records for longer, or rewind the queue to the end if it does not need them.`,
        severity: 'critical',
      };
    case 'recovered':
      if (queue.state === 'disabled') {
        return {
          title: `${name}: the topic deletes no unread records any more`,
          description: `It is disabled; ${formatCount(lag)} records wait in ${where}.`,
          severity: 'low',
        };
      }
      return {
        title: `${name} delivers again`,
        description: `What was wrong with it is over; ${formatCount(lag)} records wait in ${where}.`,
        severity: 'low',
      };
    default:
      return incident satisfies never;
  }
}

/** By what its owner chose, how far it is behind. */
function behindWords(
  queue: QueueRecord,
  { lag, oldestWaitingAt }: SeenQueue,
): Pick<Words, 'title' | 'description'> {
  const { settings } = queue;
  const name = nameOf(queue);
  const where = placeOf(queue);
  const help = 'More requests at once, or a faster version, may help.';
  if (hasTooMany(settings, { lag }) || oldestWaitingAt === undefined) {
    return {
      title: `${name} is behind: ${formatCount(lag)} records wait`,
      description: `Its owner wanted to know when ${formatCount(settings?.lagAlert ?? 0)} records or more wait in ${where}. ${help}`,
    };
  }
  const minutes = formatCount((settings?.ageAlertMs ?? 0) / 60_000);
  return {
    title: `${name} is behind: its oldest record is of ${momentOf(oldestWaitingAt)}`,
    description: `Its owner wanted to know when a record that waits in ${where} is older than ${minutes} min, by its own timestamp. ${help}`,
  };
}

/** Since when nothing is delivered, why, and what to do. */
function stalledText({ phase, reason, stalledSince }: SeenQueue): string {
  const since = stalledSince ? ` since ${momentOf(stalledSince)}` : '';
  if (phase === 'retrying') {
    return `It has delivered nothing${since}, and tries again by itself: ${reason ?? 'the endpoint fails'}. See whether the endpoint is up and the portal can reach it, or choose another version with Edit.`;
  }
  return `It has delivered nothing${since}: ${reason ?? 'no replica of the backend has come to read the topic. An operator should look at the log of the backend, and at the cluster'}.`;
}

function momentOf(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

/** How many are gone, or from when on they will be. */
function lossOf({
  deleted = 0,
  deletedFrom,
}: Partial<PauseClock> = {}): string {
  return deleted > 0 || deletedFrom === undefined
    ? `Records that were deleted before they were read: ${formatCount(deleted)}`
    : `From ${momentOf(deletedFrom)} on records are deleted before they are read`;
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}
