import {
  type AlgorithmVersion,
  latestVersion,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { ListedVersion } from './AlgorithmDirectory';

/** What the operator allows to be called. */
export interface EndpointPolicy {
  isEndpointAllowed(endpoint: string): boolean;
}

/** A version to deliver to, or why there is none. */
export type ChosenVersion = { version: AlgorithmVersion } | { problem: string };

/**
 * Finds the version that was chosen among those of the algorithm.
 *
 * @param wanted - `latest` or an entity ref
 */
export function chooseVersion(
  wanted: string,
  algorithmRef: string,
  versions: readonly ListedVersion[],
  policy: EndpointPolicy,
): ChosenVersion {
  const version =
    wanted === 'latest'
      ? latestVersion(versions)
      : versions.find(({ ref }) => ref === wanted);
  if (!version) {
    return {
      problem:
        wanted === 'latest'
          ? `${algorithmRef} has no version in production that can be used; publish one in the catalog or choose a version by name`
          : `${wanted} is not a version of ${algorithmRef} in the catalog; choose another version`,
    };
  }
  if (!version.valid) {
    return {
      problem: `The version ${version.ref} cannot be used. ${version.error}`,
    };
  }
  return policy.isEndpointAllowed(version.endpoint)
    ? { version }
    : {
        problem: `The endpoint of ${version.ref} is not allowed: ${withoutQuery(version.endpoint)} is not below one of the operator's eventFlows.endpoints.allow`,
      };
}

/** A query can hold what is nobody else's business. */
function withoutQuery(endpoint: string): string {
  const { origin, pathname } = new URL(endpoint);
  return `${origin}${pathname}`;
}
