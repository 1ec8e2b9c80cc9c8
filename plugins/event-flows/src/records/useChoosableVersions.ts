import type { AlgorithmVersion } from '@event-flows/backstage-plugin-event-flows-common';
import { useAlgorithmVersions } from '../api/catalog';

/** The versions of an algorithm that can be called, as far as they are known. */
export function useChoosableVersions(algorithmRef: string): {
  versions: AlgorithmVersion[];
  /** Whether a choice is one of them, or *Latest*. */
  isChoosable: (versionRef: string) => boolean;
} {
  const { data = [] } = useAlgorithmVersions(algorithmRef);
  const versions = data.filter(version => version.valid);
  return {
    versions,
    isChoosable: versionRef =>
      versionRef === 'latest' || versions.some(({ ref }) => ref === versionRef),
  };
}
