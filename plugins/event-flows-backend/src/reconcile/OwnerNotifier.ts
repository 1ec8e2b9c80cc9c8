import type { LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { QueueRecord } from '../queues/QueuesStore';

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

  /**
   * Tells that a queue waits for somebody to agree to what changed. Does not
   * wait for the portal to take it, and fails into the log only: a portal
   * without the notifications plugin shows it at the queue all the same.
   */
  tellWaiting(
    { id, topic, connection, algorithmRef }: QueueRecord,
    reason: string,
  ): void {
    const { kind, namespace, name } = parseEntityRef(algorithmRef);
    this.#notifications
      .send({
        recipients: { type: 'entity', entityRef: algorithmRef },
        payload: {
          title: `The queue ${topic} of ${name} waits for approval`,
          description: `${reason}. Its records wait in ${topic} of ${connection.name}.`,
          link: `/catalog/${namespace}/${kind}/${name}/queues`,
          severity: 'high',
          // A newer one about the same queue takes the place of this one.
          scope: `event-flows:waits-for:${id}`,
        },
      })
      .catch(error =>
        this.#logger.warn(
          `The owner of ${algorithmRef} was not told that a queue waits for approval; is the notifications plugin installed? ${stringifyError(error)}`,
        ),
      );
  }
}
