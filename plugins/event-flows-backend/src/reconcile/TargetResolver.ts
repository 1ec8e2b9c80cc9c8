import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import type { DeliveryTarget } from '@event-flows/engine';
import type {
  AlgorithmDirectory,
  ListedVersion,
} from '../catalog/AlgorithmDirectory';
import { chooseVersion, type EndpointPolicy } from '../catalog/chooseVersion';

/** Milliseconds after which the catalog is asked again: *Latest* follows it. */
const REFRESH_MS = 10_000;

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
      return;
    }
    try {
      this.#versions = await this.#directory.versionsOf(
        algorithmRefs,
        await this.#auth.getOwnServiceCredentials(),
      );
    } catch (error) {
      this.#logger.warn(
        `The catalog does not answer; queues keep the versions they have: ${stringifyError(error)}`,
      );
    }
  }

  /** Where the records of a queue go, by what the catalog said last. */
  targetOf(algorithmRef: string, versionRef: string): DeliveryTarget {
    const versions = this.#versions.get(algorithmRef);
    if (!versions) {
      return {
        kind: 'unavailable',
        reason:
          'The catalog has not said yet which versions there are; delivery begins when it answers',
      };
    }
    const choice = chooseVersion(
      versionRef,
      algorithmRef,
      versions,
      this.#addressPolicy,
    );
    if ('problem' in choice) {
      return { kind: 'unavailable', reason: choice.problem };
    }
    const { ref, endpoint, failurePointer } = choice.version;
    return {
      kind: 'version',
      versionRef: ref,
      endpoint,
      ...(failurePointer !== undefined && { failurePointer }),
    };
  }
}
