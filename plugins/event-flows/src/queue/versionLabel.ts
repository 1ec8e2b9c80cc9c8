import {
  latestVersion,
  type AlgorithmVersion,
  type Queue,
  type UnusableAlgorithmVersion,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { Translate } from '../translation';

/** A version of an algorithm, whether it can be chosen or not. */
export type KnownVersion = AlgorithmVersion | UnusableAlgorithmVersion;

/** What is known of an algorithm's versions, and how to ask again. */
export interface Versions {
  data?: KnownVersion[];
  error: unknown;
  refetch: () => unknown;
}

/** The version that a queue delivers to, as a person calls it. */
export function versionLabel(
  queue: Pick<Queue, 'versionRef' | 'status'>,
  versions: KnownVersion[],
  t: Translate,
): string {
  if (!queue.versionRef) {
    return t('queues.none');
  }
  if (queue.versionRef !== 'latest') {
    return versionNumber(queue.versionRef, versions);
  }
  const now = queue.status?.versionRef ?? latestVersion(versions)?.ref;
  return now
    ? t('queues.latestIs', { version: versionNumber(now, versions) })
    : t('queues.latest');
}

/** The number of a version; its entity's name where the catalog does not tell. */
export function versionNumber(ref: string, versions: KnownVersion[]): string {
  const known = versions.find(version => version.ref === ref);
  return known?.version ?? ref.slice(ref.indexOf('/') + 1);
}

/** Where requests for a version go now, as far as the screen says: more is not agreed to. */
export function originOf(
  versionRef: string,
  versions: KnownVersion[],
): string | undefined {
  const version =
    versionRef === 'latest'
      ? latestVersion(versions)
      : versions.find(({ ref }) => ref === versionRef);
  return version?.valid ? new URL(version.endpoint).origin : undefined;
}
