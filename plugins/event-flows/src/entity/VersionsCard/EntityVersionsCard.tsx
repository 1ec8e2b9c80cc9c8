import { QueryProvider } from '../../api/QueryProvider';
import { VersionsCard } from './VersionsCard';

/** The card of versions, as an entity page mounts it. */
export function EntityVersionsCard() {
  return (
    <QueryProvider>
      <VersionsCard />
    </QueryProvider>
  );
}
