import { Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import {
  eventFlowsConnectionReadPermission,
  type Queue,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useRefusal } from '../../api/useRefusal';
import { connectionRouteRef } from '../../routes';

/** A queue's connection; leads there whoever may see it. */
export function ConnectionName({ connection }: Pick<Queue, 'connection'>) {
  const { id, name } = connection;
  const href = useRouteRef(connectionRouteRef)({ connectionId: id });
  const refusal = useRefusal(eventFlowsConnectionReadPermission);
  return refusal === undefined ? <Link to={href}>{name}</Link> : <>{name}</>;
}
