import { Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { queuesRouteRef } from '../../routes';

/** Where answers are published; leads to the queues that read them there. */
export function AnswersTopic({ topic }: { topic: string }) {
  const href = useRouteRef(queuesRouteRef)();
  return <Link to={`${href}?text=${encodeURIComponent(topic)}`}>{topic}</Link>;
}
