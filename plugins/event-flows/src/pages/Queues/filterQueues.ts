import type { Queue } from '@event-flows/backstage-plugin-event-flows-common';
import { groupOf, type QueueGroup } from '../../queue/attention';

/** What a person narrows the list of queues down to. */
export interface QueueFilter {
  /** In the names of topic, connection and algorithm. */
  text: string;
  group: QueueGroup | 'all';
  /** Id of a connection; empty: all. */
  connection: string;
  /** Entity ref of an owner, `mine`, or empty: all. */
  owner: string;
}

/** Who owns what, as far as it is known. */
export interface Ownership {
  ownersOf(algorithmRef: string): readonly string[];
  /** Users and groups that the person is or belongs to. */
  mine: ReadonlySet<string>;
}

/** Nothing is left out. */
export const NO_FILTER: QueueFilter = {
  ...{ text: '', group: 'all', connection: '', owner: '' },
};

/** The queues that a filter leaves. */
export function filterQueues(
  queues: Queue[],
  { text, group, connection, owner }: QueueFilter,
  { ownersOf, mine }: Ownership,
  nowMs: number,
): Queue[] {
  const wanted = text.trim().toLocaleLowerCase('en');
  const isOwner = (ref: string) =>
    owner === 'mine' ? mine.has(ref) : ref === owner;
  return queues.filter(
    queue =>
      (group === 'all' || groupOf(queue, nowMs) === group) &&
      (!connection || queue.connection.id === connection) &&
      (!owner || ownersOf(queue.algorithmRef).some(isOwner)) &&
      [queue.topic, queue.connection.name, queue.algorithmRef].some(name =>
        name.toLocaleLowerCase('en').includes(wanted),
      ),
  );
}
