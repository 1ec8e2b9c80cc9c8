import { PluginRoot } from '../../components/PluginRoot';
import { QueuesTab } from './QueuesTab';

/** The content of the Queues tab, as an entity page mounts it. */
export function EntityQueuesContent() {
  return (
    <PluginRoot>
      <QueuesTab />
    </PluginRoot>
  );
}
