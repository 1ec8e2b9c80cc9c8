import { ConflictError } from '@backstage/errors';
import type { QueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import type { Knex } from 'knex';

/** What an enabled queue makes of records: an algorithm's answers, in another topic. */
export interface Flow {
  /** Where both topics are. */
  cluster: string;
  from: string;
  algorithmRef: string;
  to: string;
}

/**
 * The way of a record that comes back to where it was, which a flow would
 * close; undefined: there is none.
 */
export function findLoop(
  flow: Flow,
  others: readonly Flow[],
): Flow[] | undefined {
  const seen = new Set<string>();
  const follow = (last: Flow): Flow[] | undefined => {
    if (last.to === flow.from) {
      return [last];
    }
    if (seen.has(last.to)) {
      return undefined;
    }
    seen.add(last.to);
    for (const next of others) {
      if (next.cluster === last.cluster && next.from === last.to) {
        const rest = follow(next);
        if (rest) {
          return [last, ...rest];
        }
      }
    }
    return undefined;
  };
  return follow(flow);
}

/**
 * Sees to it, inside the transaction that enables a queue, that what it
 * publishes does not come back to it. Transactions that enable queues follow
 * each other (see `bumpDesiredState`), so that no two close a loop together.
 *
 * @throws ConflictError that names the loop
 */
export async function assertNoLoop(
  tx: Knex.Transaction,
  queueId: string,
): Promise<void> {
  const rows: Array<{
    id: string;
    topic: string;
    algorithm_ref: string;
    settings: string;
    connection_id: string;
    cluster_id: string | null;
  }> = await tx('queues')
    .join('connections', 'connections.id', 'queues.connection_id')
    .where('queues.state', 'enabled')
    .where('queues.settings', 'like', '%"outputTopic"%')
    .select(
      'queues.id',
      'queues.topic',
      'queues.algorithm_ref',
      'queues.settings',
      'queues.connection_id',
      'connections.cluster_id',
    );
  const flows = new Map<string, Flow>();
  for (const row of rows) {
    const { outputTopic }: QueueSettings = JSON.parse(row.settings);
    if (outputTopic !== undefined) {
      flows.set(row.id, {
        // Several connections can be of one cluster.
        cluster: row.cluster_id ?? row.connection_id,
        ...{ from: row.topic, algorithmRef: row.algorithm_ref },
        to: outputTopic,
      });
    }
  }
  const flow = flows.get(queueId);
  const loop = flow && findLoop(flow, [...flows.values()]);
  if (loop) {
    const way = loop.map(({ algorithmRef, to }) => `${algorithmRef} → ${to}`);
    throw new ConflictError(
      `settings.outputTopic: what is published would come back for ever: ${[loop[0].from, ...way].join(' → ')}`,
    );
  }
}
