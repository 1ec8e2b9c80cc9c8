import { useSignal } from '@backstage/plugin-signals-react';
import { EVENT_FLOWS_SIGNALS_CHANNEL } from '@event-flows/backstage-plugin-event-flows-common';
import { focusManager, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { queryKeys } from './queries';

/**
 * Asks anew for what is on the screen when the backend says that something has
 * changed. Where the portal has no signals, what is on the screen is asked for
 * every few seconds all the same.
 */
export function LiveUpdates() {
  const client = useQueryClient();
  const { lastSignal } = useSignal(EVENT_FLOWS_SIGNALS_CHANNEL);
  useEffect(() => {
    if (lastSignal) {
      // What is being asked already is not asked twice.
      const options = { cancelRefetch: false };
      // A page that nobody looks at asks when somebody comes back to it.
      const refetchType = focusManager.isFocused() ? 'active' : 'none';
      const { queues, connections } = queryKeys;
      void client.invalidateQueries({ queryKey: queues, refetchType }, options);
      // What lies below is asked of clusters, at its own pace.
      void client.invalidateQueries(
        { queryKey: connections, exact: true, refetchType },
        options,
      );
    }
  }, [client, lastSignal]);
  return null;
}
