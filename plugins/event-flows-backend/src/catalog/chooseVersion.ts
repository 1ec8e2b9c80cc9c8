import {
  type AlgorithmVersion,
  latestVersion,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { ListedVersion } from './AlgorithmDirectory';

/** Says why an endpoint may not be called; undefined: it may. */
export type EndpointRefusal = (endpoint: string) => string | undefined;

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
  refusalOf: EndpointRefusal,
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
  const refusal = refusalOf(version.endpoint);
  return refusal === undefined ? { version } : { problem: refusal };
}
