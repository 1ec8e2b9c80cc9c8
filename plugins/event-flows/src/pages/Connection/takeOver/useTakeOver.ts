import { useApi } from '@backstage/core-plugin-api';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { sentenceOf } from '../../../api/describeError';
import { eventFlowsApiRef } from '../../../api/eventFlowsApiRef';
import { queryKeys } from '../../../api/queries';
import { useSequence } from '../../../components/useSequence';
import { takeOverQueue } from './takeOverQueue';

/** Why queues cannot be moved, by their ids; those that can are left out. */
export function useMoveChecks(
  connectionId: string,
  queues: readonly Queue[],
  enabled: boolean,
) {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    queryKey: ['moves', connectionId, queues.map(({ id }) => id)],
    queryFn: async ({ signal }) => {
      const problems: Record<string, string> = {};
      for (const { id, revision } of queues) {
        const move = { connectionId, revision, checkOnly: true };
        try {
          await api.moveQueue(id, move, { signal });
        } catch (error) {
          signal.throwIfAborted();
          problems[id] = sentenceOf(error);
        }
      }
      return problems;
    },
    enabled,
    // Each time a cluster is asked: whoever looks again asks again.
    refetchInterval: false,
    refetchOnWindowFocus: false,
    retry: false,
    gcTime: 0,
  });
}

/** Moves queues one after the other, until one cannot be. */
export function useTakeOver(connectionId: string) {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useSequence(async (queue: Queue, signal) => {
    try {
      return await takeOverQueue(queue, connectionId, {
        ...{ api, signal, now: Date.now },
        delay: ms => new Promise(resolve => setTimeout(resolve, ms)),
      });
    } finally {
      void client.invalidateQueries({ queryKey: queryKeys.connections });
      // Else it would be looked at as one that is still to be moved.
      await client.invalidateQueries({ queryKey: queryKeys.queues });
    }
  });
}
