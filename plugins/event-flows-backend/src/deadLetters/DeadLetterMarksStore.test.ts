import { TestDatabases } from '@backstage/backend-test-utils';
import {
  at,
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { KnexDeadLetterMarksStore } from './DeadLetterMarksStore';

describe('KnexDeadLetterMarksStore', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  it.each(databases.eachSupportedId())(
    'forgets what was done about letters that were purged, and nothing else (%s)',
    async databaseId => {
      const db = await openTestDatabase(databases, databaseId);
      const connection = connectionRecord();
      await new KnexConnectionsStore(db).insert(connection);
      await new KnexAccessStore(db).replace({
        ...{ connectionId: connection.id, topic: 'orders', revision: 0 },
        ...{ by: 'user:default/ada', at: at(0) },
        entries: [
          {
            algorithmRef: 'component:default/a',
            ...{ apiType: 'subscriber', algorithmUid: 'uid-1' },
          },
        ],
      });
      const [{ id: queueId }] = await new KnexQueuesStore(db).list();
      const marks = new KnexDeadLetterMarksStore(db);
      const topic = 'dead';
      for (const [partition, offset] of [
        // As text the first is the last.
        [0, '9'] as const,
        [0, '10'] as const,
        [0, '11'] as const,
        [1, '3'] as const,
        [0, '9007199254740993'] as const,
      ]) {
        await marks.set(
          { queueId, topic, partition, offset },
          {
            ...{ state: 'dismissed', at: at(1), by: 'user:default/ada' },
            letterId: offset,
          },
        );
      }
      await marks.removeBefore({ queueId, topic }, [
        { partition: 0, offset: '11' },
      ]);
      const left = await marks.ofTopic({ queueId, topic });
      expect(
        left.map(({ partition, offset }) => `${partition}@${offset}`).sort(),
      ).toEqual(['0@11', '0@9007199254740993', '1@3']);
    },
  );
});
