import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import type { DeliveryTarget } from '@event-flows/engine';
import type {
  AlgorithmDirectory,
  ListedVersion,
} from '../catalog/AlgorithmDirectory';
import { chooseVersion, type EndpointPolicy } from '../catalog/chooseVersion';
import {
  approvalOf,
  checkApproval,
  isRecreated,
  type Pending,
  recreatedReason,
} from '../catalog/pins';
import type { Approval, QueueRecord } from '../queues/QueuesStore';

/** Milliseconds after which the catalog is asked again: *Latest* follows it. */
const REFRESH_MS = 10_000;

/** Where the records of a queue go, and how that stands to its approval. */
export type ResolvedTarget =
  /** The catalog has not answered yet. */
  | { kind: 'unknown'; target: DeliveryTarget }
  /** As it was approved, or nowhere for a reason that needs no approval. */
  | { kind: 'settled'; target: DeliveryTarget }
  /** Nothing was approved yet; this is what the catalog says. */
  | { kind: 'first'; approval: Approval }
  /** Nowhere until somebody agrees. */
  | { kind: 'waiting'; target: Unavailable; waitsFor: Pending };

type Unavailable = Extract<DeliveryTarget, { kind: 'unavailable' }>;

/**
 * Finds out where the records of a queue go, with the service's own
 * credentials. While the catalog does not answer, what it said last holds.
 */
export class TargetResolver {
  readonly #directory: AlgorithmDirectory;
  readonly #auth: AuthService;
  readonly #addressPolicy: EndpointPolicy;
  readonly #now: () => number;
  readonly #logger: LoggerService;
  #versions = new Map<string, ListedVersion[]>();
  #uids = new Map<string, string | undefined>();
  #askedAt = -Infinity;

  constructor(options: {
    directory: AlgorithmDirectory;
    auth: AuthService;
    addressPolicy: EndpointPolicy;
    now: () => number;
    logger: LoggerService;
  }) {
    this.#directory = options.directory;
    this.#auth = options.auth;
    this.#addressPolicy = options.addressPolicy;
    this.#now = options.now;
    this.#logger = options.logger;
  }

  /** Whether what the catalog said may be out of date. */
  get isStale(): boolean {
    return this.#now() - this.#askedAt >= REFRESH_MS;
  }

  /** Asks the catalog for the versions of these algorithms. */
  async refresh(algorithmRefs: readonly string[]): Promise<void> {
    this.#askedAt = this.#now();
    if (algorithmRefs.length === 0) {
      this.#versions.clear();
      this.#uids.clear();
      return;
    }
    try {
      const credentials = await this.#auth.getOwnServiceCredentials();
      const [versions, uids] = await Promise.all([
        this.#directory.versionsOf(algorithmRefs, credentials),
        this.#directory.uidsOf(algorithmRefs, credentials),
      ]);
      this.#versions = versions;
      this.#uids = uids;
    } catch (error) {
      this.#logger.warn(
        `The catalog does not answer; queues keep the versions they have: ${stringifyError(error)}`,
      );
    }
  }

  /** Where the records of a queue go, by what the catalog said last. */
  targetOf(queue: QueueRecord): ResolvedTarget {
    const { algorithmRef, versionRef = 'latest', approval } = queue;
    const versions = this.#versions.get(algorithmRef);
    if (!versions) {
      return {
        kind: 'unknown',
        target: unavailable(
          'The catalog has not said yet which versions there are; delivery begins when it answers',
        ),
      };
    }
    if (isRecreated(queue, this.#uids.get(algorithmRef))) {
      return {
        kind: 'waiting',
        target: unavailable(recreatedReason(algorithmRef)),
        waitsFor: { kind: 'access' },
      };
    }
    const choice = chooseVersion(
      versionRef,
      algorithmRef,
      versions,
      this.#addressPolicy,
    );
    if ('problem' in choice) {
      return { kind: 'settled', target: unavailable(choice.problem) };
    }
    if (!approval) {
      return {
        kind: 'first',
        approval: approvalOf(versionRef, choice.version),
      };
    }
    const mismatch = checkApproval(approval, choice.version);
    if (mismatch) {
      return {
        kind: 'waiting',
        target: unavailable(mismatch.reason),
        waitsFor: mismatch.waitsFor,
      };
    }
    const { ref, endpoint, failurePointer } = choice.version;
    return {
      kind: 'settled',
      target: {
        kind: 'version',
        versionRef: ref,
        endpoint,
        ...(failurePointer !== undefined && { failurePointer }),
      },
    };
  }
}

function unavailable(reason: string): Unavailable {
  return { kind: 'unavailable', reason };
}
