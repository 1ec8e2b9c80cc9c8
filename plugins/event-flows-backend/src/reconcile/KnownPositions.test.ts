import { TestDatabases } from '@backstage/backend-test-utils';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexPositionsStore } from '../queues/PositionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import {
  at,
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { KnownPositions } from './KnownPositions';

function queue(id: string, revision = 1) {
  return { id, revision };
}

describe('KnownPositions', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup(count: number) {
      const db = await openTestDatabase(databases, databaseId);
      await new KnexConnectionsStore(db).insert(connectionRecord());
      await new KnexAccessStore(db).replace({
        connectionId: connectionRecord().id,
        topic: 'orders',
        entries: Array.from({ length: count }, (_, number) => ({
          algorithmRef: `component:default/a${number}`,
          apiType: 'subscriber',
        })),
        revision: 0,
        by: 'user:default/ada',
        at: at(0),
      });
      const queues = await new KnexQueuesStore(db).list();
      const store = new KnexPositionsStore(db);
      return {
        store,
        known: new KnownPositions(store),
        queueIds: queues.map(({ id }) => id),
        save: (queueId: string, ...positions: string[]) =>
          store.save(
            [
              {
                queueId,
                positions: positions.map((position, partition) => ({
                  ...{ partition, position },
                })),
              },
            ],
            at(1),
          ),
      };
    }

    it('stay as they were when the queue was followed first', async () => {
      const { known, queueIds, save } = await setup(2);
      const [one, two] = queueIds;
      await save(one, '9007199254740993', '5');
      await known.follow([queue(one)]);
      const before = known.of(one);
      expect(before).toEqual([
        { partition: 0, position: '9007199254740993', at: at(1) },
        { partition: 1, position: '5', at: at(1) },
      ]);

      await save(one, '9007199254740999');
      await save(two, '7');
      await known.follow([queue(one), queue(two)]);
      expect(known.of(one)).toBe(before);
      expect(known.of(two)).toMatchObject([{ position: '7' }]);

      // Disabled, and enabled again.
      await known.follow([queue(two)]);
      expect(known.of(one)).toEqual([]);
      await known.follow([queue(one), queue(two)]);
      expect(known.of(one)[0]).toMatchObject({ position: '9007199254740999' });

      // Edited, or moved to another connection: it is read from there anew.
      await save(two, '8');
      await known.follow([queue(one), queue(two, 2)]);
      expect(known.of(two)).toMatchObject([{ position: '8' }]);
    });

    it('are found of however many queues, and of one without any', async () => {
      const { known, queueIds, save } = await setup(250);
      const last = queueIds[queueIds.length - 1];
      await save(last, '3');
      await known.follow(queueIds.map(id => queue(id)));
      expect(known.of(last)).toMatchObject([{ position: '3' }]);
      expect(known.of(queueIds[0])).toEqual([]);
    });
  });
});
