import { useEffect, useRef, useState } from 'react';
import { isAbort } from '../api/describeError';

/** Milliseconds between two: endpoints that are called for people are not flooded. */
const PACE_MS = 200;

/** How far a sequence has come. */
export interface Sequence<Result> {
  isRunning: boolean;
  /** Of how many. */
  total: number;
  /** What came of those that are done, in their order. */
  results: Result[];
  /** Why it ended early. */
  error?: unknown;
}

/**
 * Does something for one item after the other, until it is told to stop, one
 * fails, or whoever watches has left.
 *
 * @param prepare - is done before the first one; nothing is done if it fails
 */
export function useSequence<Item, Result>(
  perform: (item: Item, signal: AbortSignal) => Promise<Result>,
  prepare?: () => Promise<unknown>,
): {
  sequence: Sequence<Result> | undefined;
  start: (items: readonly Item[]) => Promise<void>;
  stop: () => void;
} {
  const [sequence, setSequence] = useState<Sequence<Result>>();
  const running = useRef(new AbortController());
  useEffect(() => {
    const current = running;
    return () => current.current.abort();
  }, []);

  const start = async (items: readonly Item[]) => {
    running.current = new AbortController();
    const { signal } = running.current;
    let now: Sequence<Result> = {
      ...{ isRunning: true, total: items.length, results: [] },
    };
    setSequence(now);
    try {
      await prepare?.();
      for (const item of items) {
        if (signal.aborted) {
          break;
        }
        const result = await perform(item, signal);
        now = { ...now, results: [...now.results, result] };
        setSequence(now);
        if (now.results.length < items.length) {
          await new Promise(resolve => setTimeout(resolve, PACE_MS));
        }
      }
    } catch (error) {
      // That it was told to stop is no news; what happened meanwhile is.
      now = signal.aborted && isAbort(error) ? now : { ...now, error };
    }
    setSequence({ ...now, isRunning: false });
  };

  return { sequence, start, stop: () => running.current.abort() };
}
