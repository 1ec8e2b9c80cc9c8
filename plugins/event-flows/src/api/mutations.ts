import { useApi } from '@backstage/core-plugin-api';
import type {
  Connection,
  CreateConnection,
  DecideHeldUpRecord,
  UpdateAccess,
  UpdateQueue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { eventFlowsApiRef } from './eventFlowsApiRef';
import { queryKeys } from './queries';

/** Connects a cluster; the signal ends the attempt. */
export function useCreateConnection() {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: {
      connection: CreateConnection;
      signal: AbortSignal;
    }): Promise<Connection> =>
      api.createConnection(input.connection, { signal: input.signal }),
    onSuccess: () =>
      client.invalidateQueries({ queryKey: queryKeys.connections }),
  });
}

/** Deletes a connection; answers when its queues have stopped. */
export function useDeleteConnection(id: string) {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.deleteConnection(id),
    onSuccess: async () => {
      await client.cancelQueries({ queryKey: queryKeys.connection(id) });
      client.removeQueries({ queryKey: queryKeys.connection(id) });
      await client.invalidateQueries({
        queryKey: queryKeys.connections,
        exact: true,
      });
    },
  });
}

/** Replaces the list of algorithms that may use a topic. */
export function useUpdateAccess(connectionId: string, topic: string) {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useMutation({
    mutationFn: (update: UpdateAccess) =>
      api.updateAccess(connectionId, topic, update),
    onSuccess: details => {
      client.setQueryData(queryKeys.topic(connectionId, topic), details);
      // The page that comes next asks anew; nobody has to wait for it here.
      void client.invalidateQueries({ queryKey: queryKeys.connections });
      void client.invalidateQueries({ queryKey: queryKeys.queues });
    },
  });
}

/** Enables, edits or disables a queue of an algorithm. */
export function useUpdateQueue(queueId: string) {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useMutation({
    mutationFn: (update: UpdateQueue) => api.updateQueue(queueId, update),
    // Also after a refusal: what the screen shows may be why it was refused.
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.queues }),
  });
}

/** Tries a held-up record of a queue again now, skips it or dead-letters it. */
export function useDecideHeldUpRecord(
  queueId: string,
  /** Called even if the record, and what asked, is gone from the screen by then. */
  onDecided: (decision: DecideHeldUpRecord) => void,
) {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useMutation({
    mutationFn: (decision: DecideHeldUpRecord) =>
      api.decideHeldUpRecord(queueId, decision),
    onSuccess: (_queue, decision) => onDecided(decision),
    // Also after a refusal: the record may have been done by others.
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.queues }),
  });
}
