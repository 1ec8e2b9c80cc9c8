import { useApi } from '@backstage/core-plugin-api';
import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { useEffect, useState } from 'react';
import type { CallPace } from '../../../api/CallPace';
import { sentenceOf } from '../../../api/describeError';
import { eventFlowsApiRef } from '../../../api/eventFlowsApiRef';

/** Whether a queue could be moved. */
export type Outlook = { kind: 'movable' } | { kind: 'stays'; reason: string };

/**
 * Finds out of one queue after the other whether it could be moved; those that
 * were not asked about yet are left out. Each time a cluster is asked, so that
 * none is asked about twice: whoever comes back to the page asks again.
 */
export function useMoveChecks(
  connectionId: string,
  queues: readonly Queue[],
  around: { pace: CallPace; enabled: boolean },
): ReadonlyMap<string, Outlook> {
  const { pace, enabled } = around;
  const api = useApi(eventFlowsApiRef);
  const [known, setKnown] = useState<ReadonlyMap<string, Outlook>>(new Map());
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
    const move = { connectionId, revision, checkOnly: true };
    pace
      .run(() => api.moveQueue(id, move, { signal }), signal)
      .then(
        (): Outlook => ({ kind: 'movable' }),
        (error): Outlook => ({ kind: 'stays', reason: sentenceOf(error) }),
      )
      .then(outlook => {
        if (!signal.aborted) {
          setKnown(
            before =>
              new Map([...before, [stateOf({ id, revision }), outlook]]),
          );
        }
      });
    return () => leaving.abort();
  }, [api, connectionId, pace, id, revision]);
  return new Map(
    queues.flatMap(queue => {
      const outlook = known.get(stateOf(queue));
      return outlook ? [[queue.id, outlook] as const] : [];
    }),
  );
}

function stateOf({ id, revision }: Pick<Queue, 'id' | 'revision'>): string {
  return `${id} ${revision}`;
}
