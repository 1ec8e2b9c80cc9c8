import { TestDatabases } from '@backstage/backend-test-utils';
import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexDecisionsStore } from '../queues/DecisionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { KnexReplicasStore, toFold } from '../reconcile/ReplicasStore';
import { waitForWaiting } from '../__testUtils__/waitForWaiting';
import {
  at,
  connectionRecord,
  openTestDatabase,
  queueReport,
} from '../__testUtils__/records';

const { id: connectionId } = connectionRecord();

function grant(db: Knex, algorithmRefs: string[], revision: number) {
  return new KnexAccessStore(db).replace({
    ...{ connectionId, topic: 'orders', revision },
    entries: algorithmRefs.map(algorithmRef => ({
      algorithmRef,
      apiType: 'subscriber' as const,
    })),
    by: 'user:default/ada',
    at: at(0),
  });
}

// SQLite has no row locks.
describe('lockQueues', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_15'] });
  const onPostgres = databases.supports('POSTGRES_15')
    ? describe
    : describe.skip;

  onPostgres('on PostgreSQL', () => {
    it.each<[string, (db: Knex) => Promise<unknown>]>([
      [
        'the deletion of a connection',
        db => new KnexConnectionsStore(db).remove(connectionId),
      ],
      ['the end of an access', db => grant(db, [], 1)],
    ])(
      'lets a last report and %s wait for each other, not both for ever',
      async (_, remove) => {
        const db = await openTestDatabase(databases, 'POSTGRES_15');
        await new KnexConnectionsStore(db).insert(connectionRecord());
        await grant(db, ['component:default/a'], 0);
        const [{ id: queueId }] = await new KnexQueuesStore(db).list();
        const replicas = new KnexReplicasStore(db);
        await replicas.register('r1', at(0));
        const report = queueReport(queueId);
        const beat = {
          ...{ number: 1, at: at(1), appliedRevision: 0 },
          ...{ changed: [], folded: [], restarted: [] },
        };
        await replicas.report('r1', { ...beat, changed: [report] });

        // Both begin while somebody else has the queue.
        const other = await db.transaction();
        await other('queues')
          .where({ id: queueId })
          .update({ topic: 'orders' });
        const folded = replicas.report('r1', {
          ...beat,
          folded: [toFold(report)],
        });
        await waitForWaiting(db, 1);
        const removed = remove(db);
        await waitForWaiting(db, 2);
        await other.commit();

        expect(await Promise.allSettled([folded, removed])).toMatchObject([
          { status: 'fulfilled', value: true },
          { status: 'fulfilled' },
        ]);
        expect(await db('queues').select()).toEqual([]);
        expect(await db('queue_reports').select()).toEqual([]);
      },
    );

    it('lets two decisions about a queue be made at once', async () => {
      const db = await openTestDatabase(databases, 'POSTGRES_15');
      await new KnexConnectionsStore(db).insert(connectionRecord());
      await grant(db, ['component:default/a'], 0);
      const [{ id: queueId }] = await new KnexQueuesStore(db).list();
      const decisions = new KnexDecisionsStore(db);
      const decide = (offset: number) =>
        decisions.add({
          ...{ queueId, partition: 0, offset: `${offset}`, action: 'skip' },
          ...{ by: 'user:default/ada', at: at(1) },
        });
      for (let round = 0; round < 50; round += 1) {
        await Promise.all([decide(2 * round), decide(2 * round + 1)]);
      }
      expect((await decisions.list()).get(queueId)).toHaveLength(100);
      await expect(
        decisions.add({
          ...{ queueId: 'gone', partition: 0, offset: '0', action: 'skip' },
          ...{ by: 'user:default/ada', at: at(1) },
        }),
      ).rejects.toThrow(ConflictError);
    });
  });
});
