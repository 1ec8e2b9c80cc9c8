import type {
  Connection,
  CreateConnection,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useEffect, useRef, useState } from 'react';
import { useCreateConnection } from '../../api/mutations';

/** How the last attempt ended, where it did not connect. */
export type ConnectOutcome =
  | { kind: 'failed'; error: unknown }
  | { kind: 'cancelled' }
  | { kind: 'incomplete' };

/** One attempt to connect at a time, which can be called off. */
export function useConnectAttempt(
  onConnected: (connection: Connection) => void,
) {
  const create = useCreateConnection();
  const controller = useRef<AbortController>();
  const [outcome, setOutcome] = useState<ConnectOutcome>();
  useEffect(() => () => controller.current?.abort(), []);

  return {
    isPending: create.isPending,
    outcome: create.isPending ? undefined : outcome,
    start: (connection: CreateConnection) => {
      const current = new AbortController();
      controller.current = current;
      setOutcome(undefined);
      create.mutate(
        { connection, signal: current.signal },
        {
          onSuccess: onConnected,
          onError: error =>
            setOutcome(
              current.signal.aborted
                ? { kind: 'cancelled' }
                : { kind: 'failed', error },
            ),
        },
      );
    },
    cancel: () => controller.current?.abort(),
    /** What was entered cannot be tried. */
    reject: () => setOutcome({ kind: 'incomplete' }),
  };
}
