import { useApi } from '@backstage/core-plugin-api';
import type {
  DeadLetter,
  Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { eventFlowsApiRef } from '../api/eventFlowsApiRef';
import { queryKeys } from '../api/queries';

/** Milliseconds between two letters: an endpoint that refused them is not flooded. */
const PACE_MS = 200;

/** How far redelivering has come. */
export interface RedeliverProgress {
  isRunning: boolean;
  total: number;
  accepted: number;
  /** Not accepted: these stay what they are. */
  refused: number;
  /** Why it stopped early. */
  error?: unknown;
}

/**
 * Redelivers letters one after the other, in their order. What is done stays
 * done: whoever stops it, or leaves the page, goes on later with the rest.
 */
export function useRedeliverAll(queue: Pick<Queue, 'id' | 'versionRef'>) {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  const [progress, setProgress] = useState<RedeliverProgress>();
  const stopping = useRef(new AbortController());
  useEffect(() => {
    const controller = stopping;
    return () => controller.current.abort();
  }, []);

  const start = async (letters: readonly DeadLetter[]) => {
    stopping.current = new AbortController();
    const { signal } = stopping.current;
    let now: RedeliverProgress = {
      ...{ isRunning: true, total: letters.length, accepted: 0, refused: 0 },
    };
    setProgress(now);
    try {
      for (const { partition, offset } of letters) {
        if (signal.aborted) {
          break;
        }
        const { outcome } = await api.redeliver(queue.id, {
          ...{ partition, offset, versionRef: queue.versionRef ?? 'latest' },
        });
        const field = outcome === 'delivered' ? 'accepted' : 'refused';
        now = { ...now, [field]: now[field] + 1 };
        setProgress(now);
        await new Promise(resolve => setTimeout(resolve, PACE_MS));
      }
    } catch (error) {
      now = { ...now, error };
    }
    setProgress({ ...now, isRunning: false });
    await client.invalidateQueries({
      queryKey: queryKeys.deadLetters(queue.id),
    });
  };

  return { progress, start, stop: () => stopping.current.abort() };
}
