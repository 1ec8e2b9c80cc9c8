import type { QueueTrend } from '@event-flows/backstage-plugin-event-flows-common';
import { useState } from 'react';
import { useQueueTrends } from '../api/queries';
import { useIsNarrow } from '../components/useIsNarrow';

/** Trends of the queues that a table shows; none where it has no room for them. */
export function useShownTrends(): {
  trendOf: (queueId: string) => QueueTrend | undefined;
  /** To be told the ids of the queues on the screen. */
  onShow: (queueIds: readonly string[]) => void;
} {
  const isNarrow = useIsNarrow();
  const [shown, setShown] = useState<readonly string[]>([]);
  const { data } = useQueueTrends(isNarrow ? [] : shown);
  return {
    // A list is of use without them: that they could not be had is not said.
    trendOf: queueId => (isNarrow ? undefined : data?.get(queueId)),
    onShow: setShown,
  };
}
