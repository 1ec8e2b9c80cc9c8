import { useEffect, useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { eventFlowsApiRef } from '@event-flows/backstage-plugin-event-flows';
import { eventFlowsConnectionReadPermission } from '@event-flows/backstage-plugin-event-flows-common';

/** Milliseconds after which a backend that did not answer is asked again. */
const AGAIN_MS = 10_000;

/**
 * Whether the person may see the Queue manager. Asks Event Flows itself: with
 * the permission framework switched off, Backstage would say yes to everyone.
 */
export function useMayAdminister(): boolean {
  const api = useApi(eventFlowsApiRef);
  const [isAllowed, setIsAllowed] = useState(false);

  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const { items } = await api.getAllowed({ signal });
        if (!signal.aborted) {
          setIsAllowed(items.includes(eventFlowsConnectionReadPermission.name));
        }
      } catch {
        if (!signal.aborted) {
          timer = setTimeout(ask, AGAIN_MS);
        }
      }
    };
    void ask();
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [api]);

  return isAllowed;
}
