import type { LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type {
  PauseClock,
  QueueStatus,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueRecord } from '../queues/QueuesStore';
import type { IncidentKind } from './incident';

type Payload = Parameters<NotificationService['send']>[0]['payload'];
/** What is said, and how much it matters. */
type Words = Pick<Payload, 'title' | 'description' | 'severity'>;

/** Tells the owners of algorithms what their queues need them for. */
export class OwnerNotifier {
  readonly #notifications: NotificationService;
  readonly #logger: LoggerService;

  constructor(options: {
    notifications: NotificationService;
    logger: LoggerService;
  }) {
    this.#notifications = options.notifications;
    this.#logger = options.logger;
  }

  /** Tells that a queue waits for somebody to agree to what changed. */
  tellWaiting(queue: QueueRecord, reason: string): void {
    const { topic, connection, id } = queue;
    this.#tell(queue, {
      title: `${nameOf(queue)} waits for approval`,
      description: `${reason}. Its records wait in ${topic} of ${connection.name}.`,
      severity: 'high',
      scope: `event-flows:waits-for:${id}`,
    });
  }

  /** Tells why a queue needs somebody, or that it does not any more. */
  tellIncident(
    queue: QueueRecord,
    incident: IncidentKind | 'recovered',
    seen: Pick<QueueStatus, 'reason' | 'lag'> & { clock?: PauseClock },
  ): void {
    this.#tell(queue, {
      ...wordsOf(queue, incident, {
        ...seen,
        reason: asSentence(seen.reason ?? 'see there why'),
      }),
      scope: `event-flows:incident:${queue.id}`,
    });
  }

  /**
   * Does not wait for the portal to take it, and fails into the log only: a
   * portal without the notifications plugin shows it at the queue all the same.
   */
  #tell(
    { id, algorithmRef }: QueueRecord,
    /** A newer one of the same scope takes the place of an older one. */
    message: Words & { scope: string },
  ): void {
    this.#notifications
      .send({
        recipients: { type: 'entity', entityRef: algorithmRef },
        payload: {
          ...message,
          link: `/queue-manager/queues/${id}`,
        },
      })
      .catch(error =>
        this.#logger.warn(
          `The owner of ${algorithmRef} was not told: "${message.title}"; is the notifications plugin installed? ${stringifyError(error)}`,
        ),
      );
  }
}

function nameOf({ topic, algorithmRef }: QueueRecord): string {
  return `The queue ${topic} of ${parseEntityRef(algorithmRef).name}`;
}

function wordsOf(
  queue: QueueRecord,
  incident: IncidentKind | 'recovered',
  seen: { reason: string; lag: number; clock?: PauseClock },
): Words {
  const { topic, connection, settings } = queue;
  const { reason, lag } = seen;
  const name = nameOf(queue);
  const where = `${topic} of ${connection.name}`;
  switch (incident) {
    case 'blocked':
      return {
        title: `${name} is blocked`,
        description: `${reason}. Try the record again, skip it or dead-letter it at the queue; those behind it wait in ${where}.`,
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
    case 'behind':
      return {
        title: `${name} is behind: ${formatCount(lag)} records wait`,
        description: `Its owner wanted to know when ${formatCount(settings?.lagAlert ?? 0)} records or more wait in ${where}. More requests at once, or a faster version, may help.`,
        severity: 'normal',
      };
    case 'expiring':
      return {
        title: `${name} loses records that it has not read`,
        description: `${lossOf(seen.clock)} of ${where}, because the topic keeps its records no longer. Let the queue go on, have the topic keep records for longer, or rewind the queue to the end if it does not need them.`,
        severity: 'critical',
      };
    case 'recovered':
      if (queue.state === 'disabled') {
        return {
          title: `${name} loses no unread records any more`,
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

/** How many are gone, or from when on they will be. */
function lossOf({
  deleted = 0,
  deletedFrom,
}: Partial<PauseClock> = {}): string {
  return deleted > 0 || deletedFrom === undefined
    ? `Some unread records have been deleted already: ${formatCount(deleted)}`
    : `Unread records are deleted from ${deletedFrom.slice(0, 16).replace('T', ' ')} UTC on: those`;
}

/** Reasons begin in small letters: elsewhere they follow a colon. */
function asSentence(reason: string): string {
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}
