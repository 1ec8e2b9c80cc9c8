import { isDeepStrictEqual } from 'node:util';
import type { QueueWaitsFor } from '@event-flows/backstage-plugin-event-flows-common';
import type { DeliveryTarget } from '@event-flows/engine';
import type { Pending } from '../catalog/pins';
import type { PinsStore } from '../queues/PinsStore';
import type { QueueRecord } from '../queues/QueuesStore';
import type { OwnerNotifier } from '../incidents/OwnerNotifier';
import type { WaitEnd } from '../incidents/waitWords';
import type { TargetResolver } from './TargetResolver';

/**
 * Sees to it that a queue delivers only where somebody with the right to do so
 * agreed to. One that waits is noted in the database, and so is that it does not
 * any more; its owner is told once, by the replica that notes it first.
 */
export class PinKeeper {
  readonly #store: PinsStore;
  readonly #targets: TargetResolver;
  readonly #notifier: OwnerNotifier;
  readonly #now: () => number;

  constructor(options: {
    store: PinsStore;
    targets: TargetResolver;
    notifier: OwnerNotifier;
    now: () => number;
  }) {
    this.#store = options.store;
    this.#targets = options.targets;
    this.#notifier = options.notifier;
    this.#now = options.now;
  }

  /** Where the records of an enabled queue go, by what the catalog said last. */
  async targetOf(queue: QueueRecord): Promise<DeliveryTarget> {
    const resolved = this.#targets.targetOf(queue);
    switch (resolved.kind) {
      case 'first': {
        // Enabled before approvals were kept: by what was delivered to anyway.
        const approval = await this.#store.approveFirst(
          queue,
          resolved.approval,
        );
        return this.targetOf({ ...queue, approval });
      }
      case 'waiting':
        await this.#note(queue, resolved.waitsFor, resolved.target.reason);
        break;
      case 'settled':
        if (
          queue.waitsFor &&
          (await this.#store.setWaitsFor(queue, undefined))
        ) {
          this.#notifier.tellWaitOver(queue, endBy(resolved.target));
        }
        break;
      default:
    }
    return resolved.target;
  }

  async #note(
    queue: QueueRecord,
    pending: Pending,
    reason: string,
  ): Promise<void> {
    const before = queue.waitsFor;
    if (
      before &&
      isDeepStrictEqual(before, { ...pending, since: before.since })
    ) {
      return;
    }
    const since = new Date(this.#now()).toISOString();
    const waitsFor: QueueWaitsFor = { ...pending, since };
    if (await this.#store.setWaitsFor(queue, waitsFor)) {
      this.#notifier.tellWaiting(queue, waitsFor, reason);
    }
  }
}

/** How a wait ended that nobody ended. */
function endBy(target: DeliveryTarget): WaitEnd {
  return target.kind === 'version'
    ? { kind: 'corrected' }
    : { kind: 'unavailable', reason: target.reason };
}
