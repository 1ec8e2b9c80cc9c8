import { useApi } from '@backstage/core-plugin-api';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { CallPace, Clock } from '../../../api/CallPace';
import { eventFlowsApiRef } from '../../../api/eventFlowsApiRef';
import { queryKeys } from '../../../api/queries';
import { useSequence } from '../../../components/useSequence';
import { moveBack, MovedBackError } from './moveBack';
import { takeOverQueue } from './takeOverQueue';

/** Which connection takes over, and from which one. */
interface Ends {
  from: string;
  to: string;
}

/** Moves queues one after the other, until one cannot be. */
export function useTakeOver(
  { from, to }: Ends,
  around: { pace: CallPace; clock: Clock },
) {
  const api = useApi(eventFlowsApiRef);
  const refresh = useRefresh();
  const [isStopping, setStopping] = useState(false);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    leaving.current = new AbortController();
    return () => leaving.current.abort();
  }, []);
  const { sequence, start, stop } = useSequence(
    async (queue: Queue, signal) => {
      try {
        const { signal: left } = leaving.current;
        return await takeOverQueue(queue, to, { ...around, api, signal, left });
      } finally {
        // Else it would be looked at as one that is still to be moved.
        await refresh();
      }
    },
    // Who may publish, first: what stands in the way of that moves nothing.
    () => api.copyPublishers(to, { from }),
  );
  return {
    sequence,
    /** It ends with the queue that is under way. */
    isStopping,
    start: (queues: readonly Queue[]) => {
      setStopping(false);
      return start(queues);
    },
    stop: () => {
      setStopping(true);
      stop();
    },
  };
}

/** Moves a queue back that has not arrived; the outcome is told as an error. */
export function useMoveBack({ from }: Ends, clock: Clock) {
  const api = useApi(eventFlowsApiRef);
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async (queue: Queue) => {
      const { reason } = queue.status ?? {};
      return new MovedBackError(
        await moveBack(queue, from, { api, clock }),
        reason,
      );
    },
    onSettled: refresh,
  });
}

/** Who may publish at the old connection, and not yet at the new one. */
export function useMissingPublishers({ from, to }: Ends, enabled: boolean) {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    queryKey: [...queryKeys.connection(to), 'missing-publishers', from],
    queryFn: ({ signal }) =>
      api.copyPublishers(to, { from, checkOnly: true }, { signal }),
    enabled,
    // It is recorded who asked: only when something changed, or somebody comes.
    refetchInterval: false,
    refetchOnWindowFocus: false,
    retry: false,
  });
}

/** Lets them publish at the new one. */
export function useCopyPublishers({ from, to }: Ends) {
  const api = useApi(eventFlowsApiRef);
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => api.copyPublishers(to, { from }),
    onSettled: refresh,
  });
}

function useRefresh() {
  const client = useQueryClient();
  return async () => {
    void client.invalidateQueries({ queryKey: queryKeys.connections });
    await client.invalidateQueries({ queryKey: queryKeys.queues });
  };
}
