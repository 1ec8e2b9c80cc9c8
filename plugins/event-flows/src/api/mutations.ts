import { useApi } from '@backstage/core-plugin-api';
import type {
  Connection,
  CreateConnection,
  DecideHeldUpRecord,
  Dismiss,
  EventFlowsApi,
  Queue,
  Redeliver,
  RewindQueue,
  TopicDetails,
  TryVersion,
  UpdateAccess,
  UpdateQueue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { disableQueue } from './disableQueue';
import { eventFlowsApiRef } from './eventFlowsApiRef';
import { versionsKey } from './catalog';
import { deletionOf } from './deletions';
import { isConflict, isNotFound, isUnavailable } from './describeError';
import { queryKeys } from './queries';
import type { Stored } from './stored';

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

/** Deletes a connection; answers when its queues have stopped, or it is out of use. */
export function useDeleteConnection(id: string) {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useMutation({
    mutationKey: deletionOf(id),
    mutationFn: async (): Promise<Stored> => {
      try {
        await api.deleteConnection(id);
        return {};
      } catch (error) {
        if (isUnavailable(error) && (await isGone(api, id))) {
          return { stopping: error };
        }
        throw error;
      }
    },
    // What is being asked would only be answered that it is gone.
    onMutate: () =>
      client.cancelQueries({ queryKey: queryKeys.connection(id) }),
    onSuccess: async () => {
      client.removeQueries({ queryKey: queryKeys.connection(id) });
      await client.invalidateQueries({
        queryKey: queryKeys.connections,
        exact: true,
      });
    },
  });
}

/** Replaces the list of algorithms that may use a topic; answers when it is stored. */
export function useUpdateAccess(connectionId: string, topic: string) {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (
      update: UpdateAccess,
    ): Promise<Stored & { details: TopicDetails }> => {
      try {
        return { details: await api.updateAccess(connectionId, topic, update) };
      } catch (error) {
        const details = isUnavailable(error)
          ? await api.getTopic(connectionId, topic).catch(() => undefined)
          : undefined;
        if (details && hasAccess(details, update)) {
          return { details, stopping: error };
        }
        throw error;
      }
    },
    onSuccess: ({ details }) => {
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
    onError: error =>
      isConflict(error)
        ? client.invalidateQueries({ queryKey: versionsKey })
        : undefined,
  });
}

/** Disables a queue; what it answers says whether it has been seen to stop. */
export function useDisableQueue() {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useMutation({
    mutationFn: (queue: Pick<Queue, 'id' | 'revision'>) =>
      disableQueue(api, queue),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.queues }),
  });
}

/** Sends one record to a version, to see what comes of it. */
export function useTryVersion(queueId: string) {
  const api = useApi(eventFlowsApiRef);
  return useMutation({
    mutationFn: (attempt: TryVersion) => api.tryVersion(queueId, attempt),
  });
}

/** Sends a dead letter to this algorithm alone. */
export function useRedeliver(queueId: string) {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useMutation({
    mutationFn: (redeliver: Redeliver) => api.redeliver(queueId, redeliver),
    // Nobody waits here for all that was looked at to be looked at anew.
    onSettled: () =>
      void client.invalidateQueries({
        queryKey: queryKeys.deadLetters(queueId),
      }),
  });
}

/** Says that nothing is to be done about a dead letter. */
export function useDismiss(queueId: string) {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useMutation({
    mutationFn: (dismiss: Dismiss) => api.dismiss(queueId, dismiss),
    onSettled: () =>
      void client.invalidateQueries({
        queryKey: queryKeys.deadLetters(queueId),
      }),
  });
}

/** Deletes from Kafka what of the dead letters is done, up to the first that is not. */
export function usePurgeDeadLetters(queueId: string) {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.purgeDeadLetters(queueId, { checkOnly: false }),
    onSettled: () => {
      const { deadLetters, queueChanges } = queryKeys;
      void client.invalidateQueries({ queryKey: deadLetters(queueId) });
      void client.invalidateQueries({ queryKey: queueChanges(queueId) });
    },
  });
}

/** Moves the position of a queue that is disabled. */
export function useRewindQueue(
  queueId: string,
  /** Called with what the queue is like after a try that may have changed it. */
  onHalfWay: (queue: Queue) => void,
) {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rewind: RewindQueue) => api.rewindQueue(queueId, rewind),
    onError: async error => {
      const seen = isConflict(error)
        ? undefined
        : await api.getQueue(queueId).catch(() => undefined);
      if (seen) {
        onHalfWay(seen);
      }
    },
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

/** Whether nobody sees the connection any more; false where that is not known. */
async function isGone(api: EventFlowsApi, id: string): Promise<boolean> {
  return api.getConnection(id).then(() => false, isNotFound);
}

/** Whether the access reads as it was to be. */
function hasAccess({ access }: TopicDetails, wanted: UpdateAccess): boolean {
  return (
    access.length === wanted.access.length &&
    wanted.access.every(({ algorithmRef, apiType, renew }) =>
      access.some(
        entry =>
          entry.algorithmRef === algorithmRef &&
          entry.apiType === apiType &&
          !(renew && entry.recreated),
      ),
    )
  );
}
