import { QueryProvider } from '../../api/QueryProvider';
import { QueuesTab } from './QueuesTab';

/** The content of the Queues tab, as an entity page mounts it. */
export function EntityQueuesContent() {
  return (
    <QueryProvider>
      <QueuesTab />
    </QueryProvider>
  );
}
