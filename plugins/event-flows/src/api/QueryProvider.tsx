import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState, type PropsWithChildren } from 'react';
import { isRefusal } from './describeError';

/** Milliseconds between two looks at the backend, while the page is visible. */
const POLL_INTERVAL = 5_000;

/** Requests that are worth another try before an error is shown. */
const RETRIES = 1;

/**
 * What the screens below it know of the backend, kept up to date. It shows
 * the last known data while it asks again, so that nothing jumps.
 */
export function QueryProvider({ children }: PropsWithChildren<{}>) {
  const [client] = useState(createClient);
  useEffect(() => () => client.clear(), [client]);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        refetchInterval: POLL_INTERVAL,
        refetchIntervalInBackground: false,
        retry: (failures, error) => failures < RETRIES && !isRefusal(error),
      },
      mutations: { retry: false },
    },
  });
}
