import type {
  EventFlowsApi,
  RecordPlace,
} from '@event-flows/backstage-plugin-event-flows-common';
import { Attempts } from './Attempts';
import { NOTHING_TRIED, withTrial, type BackTestTally } from './backTest';
import { CALL_EVERY_MS, CallPace, type Clock } from '../api/CallPace';

/** Records under way at once, so that slow endpoints do not make it much longer. */
const AT_ONCE = 4;

/** What is tried on how many records. */
export interface BackTestWish {
  queueId: string;
  /** Records, at most. */
  limit: number;
  /** `latest` or an entity ref; one or two of them. */
  versionRefs: readonly [first: string, second?: string];
}

/** What a back-test works with, and tells. */
interface Surroundings {
  api: EventFlowsApi;
  clock: Clock;
  signal: AbortSignal;
  /** Told of how many records there are to be tried. */
  onFound: (total: number) => void;
  onTally: (tally: BackTestTally) => void;
  /** Told for how many milliseconds no call begins. */
  onHold: (ms: number) => void;
}

/**
 * Tries versions on the latest records of a queue's topic. Ends when all are
 * done with, one fails, or nobody wants it any more; from then on nothing is
 * told.
 */
export async function runBackTest(
  { queueId, limit, versionRefs }: BackTestWish,
  around: Surroundings,
): Promise<void> {
  const { api, clock, onHold } = around;
  const run = new AbortController();
  const { signal } = run;
  around.signal.addEventListener('abort', () => run.abort());
  const pace = new CallPace({ everyMs: CALL_EVERY_MS, clock, onHold });
  const attempts = new Attempts({ api, queueId, pace, signal });

  const tryRecord = async (place: RecordPlace) => {
    const [firstRef, secondRef] = versionRefs;
    const first = await attempts.make(place, firstRef);
    if (!first || secondRef === undefined) {
      return first && { place, first };
    }
    const second = await attempts.make(place, secondRef);
    return second && { place, first, second };
  };

  try {
    const { items } = await pace.run(
      () => api.listPlaces(queueId, { limit }, { signal }),
      signal,
    );
    signal.throwIfAborted();
    around.onFound(items.length);
    let tally = NOTHING_TRIED;
    const places = items.values();
    const work = async () => {
      for (const place of places) {
        const trial = await tryRecord(place);
        signal.throwIfAborted();
        tally = withTrial(tally, trial);
        around.onTally(tally);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } catch (error) {
    if (!around.signal.aborted) {
      throw error;
    }
  } finally {
    run.abort();
  }
}
