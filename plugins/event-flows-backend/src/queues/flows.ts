import { ConflictError } from '@backstage/errors';
import type { QueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import type { Knex } from 'knex';

/** What an enabled queue writes: into another topic, for each record of its own. */
export interface Flow {
  /** Where both topics are. */
  cluster: string;
  from: string;
  algorithmRef: string;
  to: string;
  /** The setting that says where: the answers go there, or the dead letters. */
  by: 'outputTopic' | 'deadLetterTopic';
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
 * publishes or dead-letters does not come back to it: an answer would be
 * answered again for ever, a record that is always refused would be refused
 * again for ever. Transactions that enable queues follow each other (see
 * `bumpDesiredState`), so that no two close a loop together.
 *
 * @throws ConflictError that names the setting and the loop
 */
export async function assertNoLoop(
  tx: Knex.Transaction,
  queueId: string,
): Promise<void> {
  const rows = await enabledQueuesThatWrite(tx);
  const others = rows.flatMap(flowsOf);
  for (const flow of rows.filter(({ id }) => id === queueId).flatMap(flowsOf)) {
    const loop = findLoop(flow, others);
    if (loop) {
      throw new ConflictError(
        `settings.${flow.by}: what is written there would come back for ever: ${[flow.from, ...loop.map(hop)].join(' → ')}`,
      );
    }
  }
}

interface Row {
  id: string;
  topic: string;
  algorithm_ref: string;
  settings: string;
  connection_id: string;
  cluster_id: string | null;
}

function enabledQueuesThatWrite(tx: Knex.Transaction): Promise<Row[]> {
  return tx<Row>('queues')
    .join('connections', 'connections.id', 'queues.connection_id')
    .where('queues.state', 'enabled')
    .where('connections.deleting', false)
    .where(written =>
      written
        .where('queues.settings', 'like', '%"outputTopic"%')
        .orWhere('queues.settings', 'like', '%"deadLetterTopic"%'),
    )
    .select(
      'queues.id',
      'queues.topic',
      'queues.algorithm_ref',
      'queues.settings',
      'queues.connection_id',
      'connections.cluster_id',
    );
}

function flowsOf(row: Row): Flow[] {
  const settings: QueueSettings = JSON.parse(row.settings);
  return (['outputTopic', 'deadLetterTopic'] as const).flatMap(by => {
    const to = settings[by];
    return to === undefined
      ? []
      : {
          // Several connections can be of one cluster.
          cluster: row.cluster_id ?? row.connection_id,
          ...{ from: row.topic, algorithmRef: row.algorithm_ref, to, by },
        };
  });
}

function hop({ algorithmRef, to, by }: Flow): string {
  return `${algorithmRef} → ${to}${by === 'deadLetterTopic' ? ' (dead letters)' : ''}`;
}
