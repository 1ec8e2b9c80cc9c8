import type {
  DeadLetter,
  EventFlowsApi,
  ListDeadLetters,
} from '@event-flows/backstage-plugin-event-flows-common';
import { isConflict, isNotFound } from '../api/describeError';
import type { CallPace } from '../api/CallPace';

/** Letters of one look: what is in them comes along. */
const LETTERS = 200;

/** What can be done about many letters. */
export type BatchAction = 'redeliver' | 'dismiss';

/** What is kept of a dead letter to do so. */
export type OpenLetter = Pick<DeadLetter, 'partition' | 'offset' | 'id'>;

/** How far the search for open letters has come. */
export interface Finding {
  found: number;
  /** Records that were not looked at yet. */
  left: number;
}

/** What came of letters. */
export interface LetterTally {
  /** Accepted, or dismissed. */
  done: number;
  /** Not accepted. */
  refused: number;
  /** Others have done it meanwhile, or the topic did not have them any more. */
  gone: number;
}

/** What came of none. */
export const NOTHING_DONE: LetterTally = {
  ...{ done: 0, refused: 0, gone: 0 },
};

/** The endpoint takes nothing from anybody: it would say so to each of the others. */
export class EndpointPausedError extends Error {
  readonly name = 'EndpointPausedError' as const;
}

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
 * Redelivers or dismisses letters one after the other, until all are done
 * with, one fails, or nobody wants it any more: what is under way then is not
 * cut off, and counts.
 */
export async function runLetterBatch(
  wish: {
    action: BatchAction;
    queueId: string;
    /** That letters are redelivered to. */
    versionRef: string;
    letters: readonly OpenLetter[];
  },
  around: Surroundings & { onTally: (tally: LetterTally) => void },
): Promise<void> {
  const { action, queueId, versionRef, letters } = wish;
  const { api, pace, signal, onTally } = around;
  const act: Record<
    BatchAction,
    (letter: OpenLetter) => Promise<keyof LetterTally>
  > = {
    redeliver: async (letter: OpenLetter) => {
      const call = { ...letter, versionRef };
      const { outcome, reason } = await api.redeliver(queueId, call);
      if (outcome === 'paused') {
        throw new EndpointPausedError(reason);
      }
      return outcome === 'delivered' ? 'done' : 'refused';
    },
    dismiss: async (letter: OpenLetter) => {
      await api.dismiss(queueId, letter);
      return 'done';
    },
  };
  let tally = NOTHING_DONE;
  try {
    for (const letter of letters) {
      const outcome = await pace.run(
        () => unlessGone(() => act[action](letter), letter, { api, queueId }),
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

async function unlessGone(
  act: () => Promise<keyof LetterTally>,
  letter: OpenLetter,
  { api, queueId }: { api: EventFlowsApi; queueId: string },
): Promise<keyof LetterTally> {
  try {
    return await act();
  } catch (error) {
    if (isConflict(error) && (await isMarked(letter, { api, queueId }))) {
      return 'gone';
    }
    if (!isNotFound(error)) {
      throw error;
    }
    // Throws where it is the queue that is gone.
    await api.getQueue(queueId);
    return 'gone';
  }
}

/** Whether somebody else was faster: a conflict may also be that none may be sent. */
async function isMarked(
  { partition, offset, id }: OpenLetter,
  { api, queueId }: { api: EventFlowsApi; queueId: string },
): Promise<boolean> {
  const { items } = await api.listDeadLetters(queueId, {
    limit: 1,
    before: [{ partition, offset: String(BigInt(offset) + 1n) }],
  });
  return items.some(letter => letter.id === id && letter.mark !== undefined);
}
