import { useMemo, useState } from 'react';
import { CallPace, type Clock } from '../../../api/CallPace';

/**
 * Milliseconds between calls that have a cluster asked three to five times each:
 * what one person may have asked in a minute is not used up by them alone.
 */
const CALL_EVERY_MS = 1_000;

const CLOCK: Clock = {
  now: () => performance.now(),
  delay: ms => new Promise(resolve => setTimeout(resolve, ms)),
};

/** The pace of calls to a cluster, and how long none begins now, if so. */
export function useClusterPace(): {
  pace: CallPace;
  clock: Clock;
  /** Milliseconds. */
  holdMs: number | undefined;
} {
  const [holdMs, setHoldMs] = useState<number>();
  const pace = useMemo(
    () =>
      new CallPace({
        everyMs: CALL_EVERY_MS,
        clock: {
          ...CLOCK,
          delay: async ms => {
            await CLOCK.delay(ms);
            setHoldMs(undefined);
          },
        },
        onHold: setHoldMs,
      }),
    [],
  );
  return { pace, clock: CLOCK, holdMs };
}
