import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { QueueWaitsFor } from '@event-flows/backstage-plugin-event-flows-common';
import type { QueueRecord } from '../queues/QueuesStore';
import type { IncidentKind } from './incident';
import { incidentWords, type SeenQueue } from './incidentWords';
import { type WaitEnd, waitingWords, waitOverWords } from './waitWords';
import type { Words } from './words';

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
  tellWaiting(
    queue: QueueRecord,
    waitsFor: Pick<QueueWaitsFor, 'kind'>,
    reason: string,
  ): void {
    void this.#send(queue, {
      ...waitingWords(queue, waitsFor, reason),
      scope: waitScopeOf(queue),
    });
  }

  /** Tells how the wait of a queue ended. */
  tellWaitOver(queue: QueueRecord, end: WaitEnd): void {
    void this.#send(queue, {
      ...waitOverWords(queue, end),
      scope: waitScopeOf(queue),
    });
  }

  /**
   * Tells why a queue needs somebody, or that it does not any more.
   *
   * @returns whether the portal took it
   */
  tellIncident(
    queue: QueueRecord,
    incident: IncidentKind | 'recovered',
    seen: SeenQueue,
  ): Promise<boolean> {
    return this.#send(queue, {
      ...incidentWords(queue, incident, seen),
      scope: `event-flows:incident:${queue.id}`,
    });
  }

  /**
   * Fails into the log only: a portal without the notifications plugin shows it
   * at the queue all the same.
   */
  async #send(
    { id, algorithmRef }: QueueRecord,
    /** A newer one of the same scope takes the place of an older one. */
    message: Words & { scope: string },
  ): Promise<boolean> {
    try {
      await this.#notifications.send({
        recipients: { type: 'entity', entityRef: algorithmRef },
        payload: {
          ...message,
          link: `/queue-manager/queues/${id}`,
        },
      });
      return true;
    } catch (error) {
      this.#logger.warn(
        `The owner of ${algorithmRef} was not told: "${message.title}"; is the notifications plugin installed? ${stringifyError(error)}`,
      );
      return false;
    }
  }
}

function waitScopeOf({ id }: QueueRecord): string {
  return `event-flows:waits-for:${id}`;
}
