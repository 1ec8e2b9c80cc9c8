import { PluginRoot } from '../../components/PluginRoot';
import { VersionsCard } from './VersionsCard';

/** The card of versions, as an entity page mounts it. */
export function EntityVersionsCard() {
  return (
    <PluginRoot>
      <VersionsCard />
    </PluginRoot>
  );
}
