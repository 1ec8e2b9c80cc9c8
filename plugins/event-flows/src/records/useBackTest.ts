import { useApi } from '@backstage/core-plugin-api';
import { useEffect, useRef, useState } from 'react';
import { eventFlowsApiRef } from '../api/eventFlowsApiRef';
import { NOTHING_TRIED, type BackTestTally } from './backTest';
import { browserClock } from '../api/CallPace';
import { runBackTest, type BackTestWish } from './runBackTest';

/** How far a back-test has come. */
export interface BackTestProgress {
  isRunning: boolean;
  /** Records to be tried; absent until they are found. */
  total?: number;
  tally: BackTestTally;
  /** Milliseconds that the records of the tally took. */
  elapsedMs: number;
  /** Milliseconds for which it waits, because the backend is asked too often. */
  holdMs?: number;
  /** Why it ended early. */
  error?: unknown;
}

/** Runs a back-test until it is done, is told to stop, or whoever watches has left. */
export function useBackTest(): {
  progress: BackTestProgress | undefined;
  start: (wish: BackTestWish) => Promise<void>;
  stop: () => void;
} {
  const api = useApi(eventFlowsApiRef);
  const [progress, setProgress] = useState<BackTestProgress>();
  const running = useRef(new AbortController());
  useEffect(() => {
    const current = running;
    return () => current.current.abort();
  }, []);

  const start = async (wish: BackTestWish) => {
    running.current = new AbortController();
    const { signal } = running.current;
    const show = (change: Partial<BackTestProgress>) => {
      if (!signal.aborted) {
        setProgress(before => before && { ...before, ...change });
      }
    };
    setProgress({ isRunning: true, tally: NOTHING_TRIED, elapsedMs: 0 });
    let startedAt = performance.now();
    try {
      await runBackTest(wish, {
        ...{ api, signal },
        clock: browserClock,
        onFound: total => {
          startedAt = performance.now();
          show({ total, holdMs: undefined });
        },
        onTally: tally => {
          const elapsedMs = performance.now() - startedAt;
          show({ tally, elapsedMs, holdMs: undefined });
        },
        onHold: holdMs => show({ holdMs }),
      });
    } catch (error) {
      show({ error });
    }
    show({ isRunning: false, holdMs: undefined });
  };

  const stop = () => {
    running.current.abort();
    // At once: what is under way now is not waited for.
    setProgress(
      before => before && { ...before, isRunning: false, holdMs: undefined },
    );
  };

  return { progress, start, stop };
}
