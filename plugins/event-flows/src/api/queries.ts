import { useApi } from '@backstage/core-plugin-api';
import type {
  EventFlowsApi,
  HistoryPeriod,
  FindReceipts,
  ListDeadLetters,
  Queue,
  Peek,
  QueueTrendList,
  RecordPlace,
  RewindTo,
} from '@event-flows/backstage-plugin-event-flows-common';
import {
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import { useIsDeletedHere } from './deletions';
import { eventFlowsApiRef } from './eventFlowsApiRef';

/** What each answer is filed under; the longer key lies below the shorter. */
export const queryKeys = {
  allowed: ['allowed'],
  connections: ['connections'],
  connection: (id: string) => ['connections', id],
  topics: (connectionId: string) => ['connections', connectionId, 'topics'],
  topic: (connectionId: string, topic: string) => [
    'connections',
    connectionId,
    'topics',
    topic,
  ],
  queues: ['queues'],
  queue: (id: string) => ['queues', 'one', id],
  deadLetters: (queueId: string) => ['dead-letters', queueId],
  queueChanges: (id: string) => ['queues', 'one', id, 'changes'],
  algorithmQueues: (algorithmRef: string) => ['queues', algorithmRef],
};

/** The permissions of administration that the caller has. */
export function useAllowed() {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    queryKey: queryKeys.allowed,
    queryFn: ({ signal }) => api.getAllowed({ signal }),
    refetchInterval: false,
    staleTime: 60_000,
  });
}

/** Every connection. */
export function useConnections() {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    queryKey: queryKeys.connections,
    queryFn: ({ signal }) => api.getConnections({ signal }),
  });
}

/** One connection. */
export function useConnection(id: string) {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    queryKey: queryKeys.connection(id),
    queryFn: ({ signal }) => api.getConnection(id, { signal }),
    enabled: !useIsDeletedHere(id),
  });
}

/** A connection's topics. */
export function useTopics(connectionId: string) {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    queryKey: queryKeys.topics(connectionId),
    queryFn: ({ signal }) => api.getTopics(connectionId, { signal }),
    enabled: !useIsDeletedHere(connectionId),
  });
}

/** How one topic is asked for, also outside a component. */
export function topicQuery(
  api: EventFlowsApi,
  connectionId: string,
  topic: string,
) {
  return queryOptions({
    queryKey: queryKeys.topic(connectionId, topic),
    queryFn: ({ signal }) => api.getTopic(connectionId, topic, { signal }),
  });
}

/** One topic and the algorithms with access to it. */
export function useTopic(connectionId: string, topic: string) {
  const api = useApi(eventFlowsApiRef);
  return useQuery(topicQuery(api, connectionId, topic));
}

/** One queue. */
export function useQueue(id: string) {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    queryKey: queryKeys.queue(id),
    queryFn: ({ signal }) => api.getQueue(id, { signal }),
  });
}

/** Who changed a queue lately, and what. */
export function useQueueChanges(id: string) {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    queryKey: queryKeys.queueChanges(id),
    queryFn: ({ signal }) => api.getQueueChanges(id, { signal }),
  });
}

/** Milliseconds between two looks at what changes once in a minute. */
const HISTORY_INTERVAL = 30_000;

/** What a queue did in the last hour or day; it changes once in a minute. */
export function useQueueHistory(queueId: string, period: HistoryPeriod) {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    queryKey: ['history', queueId, period],
    queryFn: ({ signal }) => api.getQueueHistory(queueId, period, { signal }),
    refetchInterval: HISTORY_INTERVAL,
    placeholderData: keepPreviousData,
  });
}

/** What queues did in the last hour, by their ids; asked only if there are any. */
export function useQueueTrends(queueIds: readonly string[]) {
  const api = useApi(eventFlowsApiRef);
  // The same rows in another order are the same question.
  const ids = [...queueIds].sort();
  return useQuery({
    queryKey: ['trends', ids],
    queryFn: ({ signal }) => api.listQueueTrends({ queueIds: ids }, { signal }),
    select: trendsById,
    enabled: ids.length > 0,
    refetchInterval: HISTORY_INTERVAL,
    staleTime: HISTORY_INTERVAL,
    placeholderData: keepPreviousData,
  });
}

function trendsById({ items }: QueueTrendList) {
  return new Map(items.map(trend => [trend.queueId, trend]));
}

/** Records of a queue's topic as they were when the question was asked. */
export function usePeek(queueId: string, peek: Peek) {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    // Not among the queues: whatever happens to them, it is not asked anew.
    queryKey: ['records', queueId, peek],
    queryFn: ({ signal }) => api.peek(queueId, peek, { signal }),
    refetchInterval: false,
    refetchOnWindowFocus: false,
    retry: false,
    gcTime: 0,
  });
}

/** Milliseconds until it is looked again for receipts, where there are none yet. */
const LOOK_AGAIN_MS = 5_000;
/** Records whose receipts are shown. */
const RECEIPTS = 100;

/**
 * Receipts of a queue as they were when the question was asked; while there are
 * none, it is asked again if `awaited`.
 */
export function useReceipts(
  queueId: string,
  filter: Omit<FindReceipts, 'limit'>,
  { awaited }: { awaited: boolean },
) {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    queryKey: ['receipts', queueId, filter],
    queryFn: ({ signal }) =>
      api.findReceipts(queueId, { ...filter, limit: RECEIPTS }, { signal }),
    // A list that moves cannot be read: whoever looks again asks again.
    refetchInterval: ({ state: { data } }) =>
      awaited && data && !data.off && data.items.length === 0
        ? LOOK_AGAIN_MS
        : false,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  });
}

/**
 * What is known of the attempts of one record. They are written a moment after
 * an attempt has ended, so it is asked again until there are some.
 */
export function useRecordReceipts(
  queueId: string,
  { partition, offset }: RecordPlace,
) {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    queryKey: ['receipts', queueId, 'of', partition, offset],
    queryFn: ({ signal }) =>
      api.findReceipts(queueId, { partition, offset, limit: 1 }, { signal }),
    refetchInterval: ({ state: { data } }) =>
      data && (data.off || data.items.length > 0) ? false : LOOK_AGAIN_MS,
    refetchOnWindowFocus: false,
    gcTime: 0,
  });
}

/** Letters of one look. */
const DEAD_LETTERS = 100;

/**
 * The dead letters of a queue from the latest on, look by look; asked only
 * where it has a topic for them.
 */
export function useDeadLetters(
  { id: queueId, settings }: Pick<Queue, 'id' | 'settings'>,
  filter: Pick<ListDeadLetters, 'openOnly' | 'reason'>,
  enabled: boolean,
) {
  const api = useApi(eventFlowsApiRef);
  return useInfiniteQuery({
    // What lies in another topic is another list.
    queryKey: [
      ...queryKeys.deadLetters(queueId),
      ...[settings?.deadLetterTopic, filter],
    ],
    queryFn: ({ pageParam, signal }) =>
      api.listDeadLetters(
        queueId,
        { ...filter, ...pageParam, limit: DEAD_LETTERS },
        { signal },
      ),
    initialPageParam: {} as Pick<ListDeadLetters, 'before'>,
    getNextPageParam: ({ older }) => older && { before: older.before },
    enabled,
    // Each time a cluster is asked: whoever looks again asks again.
    refetchInterval: false,
    refetchOnWindowFocus: false,
    retry: false,
  });
}

/** What purging would delete; asked each time that somebody wants to. */
export function usePurgePreview(queueId: string) {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    queryKey: ['purge', queueId],
    queryFn: ({ signal }) =>
      api.purgeDeadLetters(queueId, { checkOnly: true }, { signal }),
    refetchInterval: false,
    refetchOnWindowFocus: false,
    retry: false,
    gcTime: 0,
  });
}

/** What moving a queue's position would mean; asked once it is known where to. */
export function useRewindPreview(queueId: string, to: RewindTo | undefined) {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    // Not among the queues: whatever happens to them, it is not asked anew.
    queryKey: ['rewind', queueId, to],
    queryFn: ({ signal }) =>
      to ? api.previewRewind(queueId, to, { signal }) : undefined,
    enabled: to !== undefined,
    refetchInterval: false,
    retry: false,
    gcTime: 0,
  });
}

/** Every queue that the caller may see; asked only when needed. */
export function useQueues(options: { enabled: boolean } = { enabled: true }) {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    queryKey: queryKeys.queues,
    queryFn: ({ signal }) => api.getQueues({ signal }),
    enabled: options.enabled,
  });
}

/** The queues of one algorithm. */
export function useAlgorithmQueues(algorithmRef: string) {
  const api = useApi(eventFlowsApiRef);
  return useQuery({
    queryKey: queryKeys.algorithmQueues(algorithmRef),
    queryFn: ({ signal }) => api.getAlgorithmQueues(algorithmRef, { signal }),
    placeholderData: keepPreviousData,
  });
}
