import { useApi } from '@backstage/core-plugin-api';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useEffect, useState } from 'react';
import type { CallPace } from '../../../api/CallPace';
import { isRefusal, sentenceOf } from '../../../api/describeError';
import { eventFlowsApiRef } from '../../../api/eventFlowsApiRef';

/** Whether a queue could be moved. */
export type Outlook = { kind: 'movable' } | { kind: 'stays'; reason: string };

/** Milliseconds until it is asked again where nobody could say. */
const AGAIN_AFTER_MS = 5_000;

/**
 * Finds out of one queue after the other whether it could be moved; those that
 * were not asked about yet are left out. Each time a cluster is asked, so that
 * none is asked about twice, unless somebody wants it.
 */
export function useMoveChecks(
  connectionId: string,
  queues: readonly Queue[],
  around: { pace: CallPace; enabled: boolean },
): {
  outlooks: ReadonlyMap<string, Outlook>;
  /** Asks again about those that could not be moved. */
  checkAgain: () => void;
} {
  const { pace, enabled } = around;
  const api = useApi(eventFlowsApiRef);
  const [known, setKnown] = useState<ReadonlyMap<string, Outlook>>(new Map());
  const [failures, setFailures] = useState(0);
  const next = enabled
    ? queues.find(queue => !known.has(stateOf(queue)))
    : undefined;
  const { id, revision } = next ?? {};
  useEffect(() => {
    if (id === undefined || revision === undefined) {
      return undefined;
    }
    const leaving = new AbortController();
    const { signal } = leaving;
    let again: ReturnType<typeof setTimeout> | undefined;
    const move = { connectionId, revision, checkOnly: true };
    pace
      .run(() => api.moveQueue(id, move, { signal }), signal)
      .then(
        (): Outlook => ({ kind: 'movable' }),
        (error): Outlook | undefined =>
          isRefusal(error)
            ? { kind: 'stays', reason: sentenceOf(error) }
            : undefined,
      )
      .then(outlook => {
        if (signal.aborted) {
          return;
        }
        if (outlook) {
          setKnown(
            before =>
              new Map([...before, [stateOf({ id, revision }), outlook]]),
          );
        } else {
          // It says nothing about the queue.
          again = setTimeout(
            () => setFailures(count => count + 1),
            AGAIN_AFTER_MS,
          );
        }
      });
    return () => {
      leaving.abort();
      clearTimeout(again);
    };
  }, [api, connectionId, pace, id, revision, failures]);
  const outlooks = new Map(
    queues.flatMap(queue => {
      const outlook = known.get(stateOf(queue));
      return outlook ? [[queue.id, outlook] as const] : [];
    }),
  );
  const checkAgain = () =>
    setKnown(new Map([...known].filter(([, { kind }]) => kind === 'movable')));
  return { outlooks, checkAgain };
}

function stateOf({ id, revision }: Pick<Queue, 'id' | 'revision'>): string {
  return `${id} ${revision}`;
}
