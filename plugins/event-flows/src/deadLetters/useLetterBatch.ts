import { useApi } from '@backstage/core-plugin-api';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { eventFlowsApiRef } from '../api/eventFlowsApiRef';
import { queryKeys } from '../api/queries';
import { browserClock, CALL_EVERY_MS, CallPace } from '../api/CallPace';
import {
  NOTHING_DONE,
  runLetterBatch,
  type BatchAction,
  type OpenLetter,
  type LetterTally,
} from './letterBatch';

/** How far something that is done about many letters has come. */
export interface BatchProgress {
  action: BatchAction;
  isRunning: boolean;
  total: number;
  tally: LetterTally;
  /** Milliseconds for which it waits, because the backend is asked too often. */
  holdMs?: number;
  /** Why it ended early. */
  error?: unknown;
}

/**
 * Redelivers or dismisses letters until all are done, it is told to stop, or
 * whoever watches has left.
 */
export function useLetterBatch(queue: Queue): {
  progress: BatchProgress | undefined;
  start: (action: BatchAction, letters: readonly OpenLetter[]) => Promise<void>;
  stop: () => void;
} {
  const api = useApi(eventFlowsApiRef);
  const client = useQueryClient();
  const [progress, setProgress] = useState<BatchProgress>();
  const running = useRef(new AbortController());
  useEffect(() => {
    const current = running;
    return () => current.current.abort();
  }, []);

  const start = async (action: BatchAction, letters: readonly OpenLetter[]) => {
    const run = new AbortController();
    running.current = run;
    // Also when it was stopped: what was under way counts.
    const show = (change: Partial<BatchProgress>) => {
      if (running.current === run) {
        setProgress(before => before && { ...before, ...change });
      }
    };
    setProgress({
      ...{ action, isRunning: true },
      ...{ total: letters.length, tally: NOTHING_DONE },
    });
    const { id: queueId, versionRef = 'latest' } = queue;
    try {
      await runLetterBatch(
        { action, queueId, versionRef, letters },
        {
          ...{ api, signal: run.signal },
          pace: new CallPace({
            everyMs: CALL_EVERY_MS,
            clock: browserClock,
            onHold: holdMs => !run.signal.aborted && show({ holdMs }),
          }),
          onTally: tally => show({ tally, holdMs: undefined }),
        },
      );
    } catch (error) {
      show({ error });
    }
    show({ isRunning: false, holdMs: undefined });
    await client.invalidateQueries({
      queryKey: queryKeys.deadLetters(queueId),
    });
  };

  const stop = () => {
    running.current.abort();
    // At once: a wait may be long.
    setProgress(
      before => before && { ...before, isRunning: false, holdMs: undefined },
    );
  };

  return { progress, start, stop };
}
