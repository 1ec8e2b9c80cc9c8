import { ConflictError, InputError } from '@backstage/errors';
import { normalizeEntityRef } from '@event-flows/backstage-plugin-event-flows-common';
import type { DeliveryTarget } from '@event-flows/engine';
import type { AlgorithmDirectory } from '../catalog/AlgorithmDirectory';
import { chooseVersion, type EndpointPolicy } from '../catalog/chooseVersion';
import { checkApproval, isRecreated, recreatedReason } from '../catalog/pins';
import type { EventFlowsConfig } from '../config';
import type { Caller } from '../permissions/Caller';
import type { Approval, QueueRecord } from '../queues/QueuesStore';
import { mergeSettings } from '../queues/settings';

/** Milliseconds that an endpoint gets while a person waits. */
const MAX_TRIAL_MS = 30_000;

/** Where a record may be sent that a person wants to be sent now. */
export class TrialTargets {
  readonly #directory: AlgorithmDirectory;
  readonly #addressPolicy: EndpointPolicy;
  readonly #delivery: EventFlowsConfig['delivery'];

  constructor(options: {
    directory: AlgorithmDirectory;
    addressPolicy: EndpointPolicy;
    /** Defaults and limits of the settings. */
    delivery: EventFlowsConfig['delivery'];
  }) {
    this.#directory = options.directory;
    this.#addressPolicy = options.addressPolicy;
    this.#delivery = options.delivery;
  }

  /**
   * By the rules of enabling a queue, with what the catalog says to the caller.
   *
   * @param wanted - `latest` or an entity ref
   * @param options - approvedOnly: nothing is sent where requests of the queue
   * would not be, until somebody approves it
   * @throws ConflictError if that is not approved, or another algorithm was
   * given access to the topic
   * @throws InputError if the version cannot be used
   */
  async choose(
    caller: Caller,
    queue: QueueRecord,
    wanted: string,
    { approvedOnly = false } = {},
  ): Promise<DeliveryTarget & { kind: 'version' }> {
    const { algorithmRef } = queue;
    const { credentials } = caller;
    const [versions, uids] = await Promise.all([
      this.#directory.versionsOf([algorithmRef], credentials),
      this.#directory.uidsOf([algorithmRef], credentials),
    ]);
    if (isRecreated(queue, uids.get(algorithmRef))) {
      throw new ConflictError(recreatedReason(algorithmRef));
    }
    const chosen = chooseVersion(
      wanted === 'latest' ? wanted : normalizeEntityRef(wanted),
      algorithmRef,
      versions.get(algorithmRef) ?? [],
      this.#addressPolicy,
    );
    if ('problem' in chosen) {
      throw new InputError(`versionRef: ${chosen.problem}`);
    }
    const { approval } = queue;
    if (approvedOnly && approval) {
      // Of another version than the queue's, nobody has approved the entity.
      const agreed =
        wanted === queue.versionRef ? approval : originOnly(approval);
      const mismatch = checkApproval(agreed, chosen.version);
      if (mismatch) {
        throw new ConflictError(mismatch.reason);
      }
    }
    const { ref, endpoint, failurePointer } = chosen.version;
    return {
      ...{ kind: 'version', versionRef: ref, endpoint },
      ...(failurePointer !== undefined && { failurePointer }),
    };
  }

  /** Milliseconds for the request: as the queue has it, up to what a person waits for. */
  timeoutMsOf({ settings }: QueueRecord): number {
    const { timeoutMs } = mergeSettings(undefined, settings, this.#delivery);
    const { timeoutMs: limit = MAX_TRIAL_MS } = this.#delivery.limits;
    return Math.min(timeoutMs, limit, MAX_TRIAL_MS);
  }
}

function originOnly({ origin }: Approval): Approval {
  return { origin };
}
