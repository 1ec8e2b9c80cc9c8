import { Link } from '@backstage/core-components';
import type { ReactNode } from 'react';
import { useMountedRoute } from '../components/useMountedRoute';
import { queueRouteRef } from '../routes';

/** Leads to a queue's page; only shows its content in an app that has no such page. */
export function QueueLink(props: { queueId: string; children: ReactNode }) {
  const hrefOf = useMountedRoute(queueRouteRef);
  const { queueId } = props;
  return hrefOf ? (
    <Link to={hrefOf({ queueId })}>{props.children}</Link>
  ) : (
    <>{props.children}</>
  );
}
