import type {
  DeadLetter,
  EventFlowsApi,
  ListDeadLetters,
  Redeliver,
} from '@event-flows/backstage-plugin-event-flows-common';
import { isNotFound } from '../api/describeError';
import type { CallPace } from '../api/CallPace';

/** Letters of one look: what is in them comes along. */
const LETTERS = 200;

/** What is kept of a dead letter to redeliver it. */
export type OpenLetter = Pick<DeadLetter, 'partition' | 'offset' | 'id'>;

/** How far the search for open letters has come. */
export interface Finding {
  found: number;
  /** Records that were not looked at yet. */
  left: number;
}

/** What came of letters. */
export interface RedeliveryTally {
  accepted: number;
  refused: number;
  /** The topic did not have them any more. */
  gone: number;
}

/** What came of none. */
export const NOTHING_SENT: RedeliveryTally = {
  ...{ accepted: 0, refused: 0, gone: 0 },
};

/** What both work with. */
interface Surroundings {
  api: EventFlowsApi;
  pace: CallPace;
  signal: AbortSignal;
}

/** Every open dead letter of a queue, in the order in which their records were made. */
export async function findOpenLetters(
  { queueId, reason }: { queueId: string } & Pick<ListDeadLetters, 'reason'>,
  around: Surroundings & { onFinding: (finding: Finding) => void },
): Promise<OpenLetter[]> {
  const { api, pace, signal, onFinding } = around;
  const found: Array<OpenLetter & { timestamp: string }> = [];
  let before: ListDeadLetters['before'];
  do {
    const list: ListDeadLetters = {
      ...{ limit: LETTERS, openOnly: true },
      ...(reason && { reason }),
      ...(before && { before }),
    };
    const { items, older } = await pace.run(
      () => api.listDeadLetters(queueId, list, { signal }),
      signal,
    );
    signal.throwIfAborted();
    found.push(
      ...items.map(({ partition, offset, id, record }) => ({
        ...{ partition, offset, id },
        timestamp: record.timestamp ?? '',
      })),
    );
    onFinding({ found: found.length, left: older?.records ?? 0 });
    before = older?.before;
  } while (before);
  return found
    .reverse()
    .sort((a, b) => a.timestamp.localeCompare(b.timestamp))
    .map(({ partition, offset, id }) => ({ partition, offset, id }));
}

/**
 * Redelivers letters one after the other, until all are done with, one fails,
 * or nobody wants it any more: what is under way then is not cut off, and
 * counts.
 */
export async function redeliverLetters(
  wish: {
    queueId: string;
    versionRef: string;
    letters: readonly OpenLetter[];
  },
  around: Surroundings & { onTally: (tally: RedeliveryTally) => void },
): Promise<void> {
  const { queueId, versionRef, letters } = wish;
  const { api, pace, signal, onTally } = around;
  let tally = NOTHING_SENT;
  try {
    for (const letter of letters) {
      const outcome = await pace.run(
        () => redeliverOne(api, queueId, { ...letter, versionRef }),
        signal,
      );
      tally = { ...tally, [outcome]: tally[outcome] + 1 };
      onTally(tally);
      signal.throwIfAborted();
    }
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
  }
}

async function redeliverOne(
  api: EventFlowsApi,
  queueId: string,
  redeliver: Redeliver,
): Promise<keyof RedeliveryTally> {
  try {
    const { outcome } = await api.redeliver(queueId, redeliver);
    return outcome === 'delivered' ? 'accepted' : 'refused';
  } catch (error) {
    if (!isNotFound(error)) {
      throw error;
    }
    // Throws where it is the queue that is gone.
    await api.getQueue(queueId);
    return 'gone';
  }
}
