import { Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import type { ReactNode } from 'react';
import { queueRouteRef } from '../routes';

/** Leads to a queue's page; only shows its content in an app that has no such page. */
export function QueueLink(props: { queueId: string; children: ReactNode }) {
  const hrefOf = useQueueHref();
  return hrefOf ? (
    <Link to={hrefOf(props.queueId)}>{props.children}</Link>
  ) : (
    <>{props.children}</>
  );
}

/** Undefined in a legacy app that shows the Queues tab, but not the Queue manager. */
function useQueueHref(): ((queueId: string) => string) | undefined {
  try {
    const hrefOf = useRouteRef(queueRouteRef);
    return queueId => hrefOf({ queueId });
  } catch {
    // There is no other way to ask; it throws last, after all of its hooks.
    return undefined;
  }
}
