import semver from 'semver';
import type {
  AlgorithmVersion,
  UnusableAlgorithmVersion,
} from './readAlgorithmVersion';

/**
 * What *Latest* means: the highest semantic version that is valid and in
 * production.
 *
 * @public
 */
export function latestVersion(
  versions: Iterable<AlgorithmVersion | UnusableAlgorithmVersion>,
): AlgorithmVersion | undefined {
  let latest: AlgorithmVersion | undefined;
  for (const version of versions) {
    if (
      version.valid &&
      version.lifecycle === 'production' &&
      (!latest || compareVersions(version, latest) > 0)
    ) {
      latest = version;
    }
  }
  return latest;
}

/**
 * Orders versions as a person looks for one: newest first, deprecated ones
 * last, those that cannot be chosen at the very end.
 *
 * @public
 */
export function byPreference(
  a: AlgorithmVersion | UnusableAlgorithmVersion,
  b: AlgorithmVersion | UnusableAlgorithmVersion,
): number {
  return rank(a) - rank(b) || compareVersions(b, a);
}

function rank(version: AlgorithmVersion | UnusableAlgorithmVersion): number {
  if (!version.valid) {
    return 2;
  }
  return version.lifecycle === 'deprecated' ? 1 : 0;
}

/** By precedence, then by build metadata and ref, so that the order is total. */
function compareVersions(
  a: { version?: string; ref: string },
  b: { version?: string; ref: string },
): number {
  if (a.version && b.version) {
    return (
      semver.compareBuild(a.version, b.version) || a.ref.localeCompare(b.ref)
    );
  }
  return (
    Number(Boolean(a.version)) - Number(Boolean(b.version)) ||
    a.ref.localeCompare(b.ref)
  );
}
