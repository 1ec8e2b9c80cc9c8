import { PageHeaderContext } from '../components/PageFrame';
import { QueueManagerPage } from '../pages/QueueManagerRouter';

/** The Queue manager with a header of its own, which a legacy app does not draw. */
export function LegacyQueueManagerPage() {
  return (
    <PageHeaderContext.Provider value="page">
      <QueueManagerPage />
    </PageHeaderContext.Provider>
  );
}
