import { PageHeaderContext } from '../components/PageFrame';
import { EntityVersionsCard } from '../entity/VersionsCard';

/** The card of versions, drawn as the other cards of a legacy app. */
export function LegacyVersionsCard() {
  return (
    <PageHeaderContext.Provider value="page">
      <EntityVersionsCard />
    </PageHeaderContext.Provider>
  );
}
