import { randomBytes } from 'node:crypto';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { InMemoryEngine, topicInfo } from '../__testUtils__/InMemoryEngine';
import {
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { startBackend } from '../__testUtils__/startBackend';
import { placeOfSecrets } from '../connections/BrokerAccessReader';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { SecretBox } from './SecretBox';

// Backends are started one after the other, up to four of them.
jest.setTimeout(30_000);

const BROKER = 'kafka.example.com:9092';
const PASSWORD = 'p4ssw0rd-nobody-must-see';
const older = { id: 'older', key: randomBytes(32) };
const newer = { id: 'newer', key: randomBytes(32) };

const input = {
  name: 'one',
  type: 'kafka',
  brokers: [BROKER],
  tls: true,
  sasl: { mechanism: 'plain', username: 'app', password: PASSWORD },
};

describe('secrets', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    let db: Knex;
    let engine: InMemoryEngine;

    beforeEach(async () => {
      db = await openTestDatabase(databases, databaseId);
      engine = new InMemoryEngine();
      const topics = [topicInfo('orders')];
      engine.clusters.set(BROKER, { clusterId: 'cluster-1', topics });
    });

    function start(keys: Array<typeof older>, lostKeys: string[] = []) {
      return startBackend({
        engine,
        permissionsEnabled: true,
        config: {
          secrets: {
            lostKeys,
            keys: keys.map(({ id, key }) => ({
              id,
              key: key.toString('base64'),
            })),
          },
        },
        features: [
          mockServices.database.factory({ knex: db }),
          // Each backend its own: else the end of one ends the other's tasks.
          mockServices.scheduler.factory(),
        ],
      });
    }

    /** Connects a cluster by a backend that ends again. */
    async function connectWith(key: typeof older) {
      const backend = await start([key]);
      const ada = backend.as('ada');
      const connection = await ada.post('/connections', input).expect(201);
      const access = await ada
        .put(`/connections/${connection.body.id}/topics/orders/access`, {
          access: [
            {
              algorithmRef: 'component:default/sentiment',
              apiType: 'subscriber',
            },
          ],
          revision: 0,
        })
        .expect(200);
      await backend.stop();
      return {
        connectionId: connection.body.id,
        queueId: access.body.access[0].queueId,
      };
    }

    it('are wrapped anew, by themselves and on command', async () => {
      const { connectionId } = await connectWith(older);
      const backend = await start([newer, older]);
      const ada = backend.as('ada');
      const progress = async () =>
        (await ada.get('/secrets/rotation').expect(200)).body;
      expect(await progress()).toEqual({
        state: 'complete',
        currentKey: 'newer',
        keys: [
          { id: 'newer', status: 'current', secrets: 1 },
          { id: 'older', status: 'older', secrets: 0 },
        ],
        unreadable: [],
      });

      // By a replica that has not got the new key yet, and a damaged one.
      const sealedSecrets = new SecretBox([older]).seal(
        '{}',
        placeOfSecrets('late'),
      );
      const store = new KnexConnectionsStore(db);
      await store.insert(
        connectionRecord({ id: 'late', name: 'late', sealedSecrets }),
      );
      await store.insert(
        connectionRecord({ id: 'bad', name: 'bad', sealedSecrets: '{' }),
      );
      expect(await progress()).toMatchObject({
        state: 'pending',
        keys: [{ secrets: 1 }, { id: 'older', secrets: 1 }],
      });
      const answer = await ada.post('/secrets/rotation', {}).expect(202);
      expect(answer.body).toMatchObject({
        state: 'complete',
        keys: [{ id: 'newer', secrets: 2 }, { secrets: 0 }],
        unreadable: [
          {
            connectionId: 'bad',
            name: 'bad',
            reason: 'A stored secret is damaged',
          },
        ],
      });
      for (const { key } of [older, newer]) {
        expect(answer.text).not.toContain(key.toString('base64'));
      }
      expect(backend.events).toEqual([
        {
          eventId: 'secrets-rotate',
          meta: { currentKey: 'newer' },
          outcome: 'success',
        },
      ]);
      // What was wrapped anew still opens.
      await ada.get(`/connections/${connectionId}/topics`).expect(200);
      expect(engine.probed.at(-1)?.sasl?.password).toBe(PASSWORD);
      await backend.stop();
      await (await start([newer])).stop();
    });

    it('are not wrapped without a key', async () => {
      const backend = await start([]);
      const answer = await backend.as('ada').post('/secrets/rotation', {});
      expect(answer.status).toBe(409);
      expect(answer.body.error.message).toContain('eventFlows.secrets.keys');
      await backend.stop();
    });

    it('wait for the replicas that have another list', async () => {
      await connectWith(older);
      const before = await start([older]);
      const backend = await start([newer, older]);
      const ada = backend.as('ada');
      const { body } = await ada.post('/secrets/rotation', {}).expect(202);
      expect(body).toMatchObject({
        state: 'waiting',
        reason: expect.stringContaining('1 of 2 replicas'),
        keys: [{ secrets: 0 }, { id: 'older', secrets: 1 }],
      });
      await before.stop();
      const after = await ada.post('/secrets/rotation', {}).expect(202);
      expect(after.body).toMatchObject({ state: 'complete' });
      await backend.stop();
    });

    it('stop the start when their key is missing or another one', async () => {
      await connectWith(older);
      await expect(start([newer])).rejects.toThrow(
        /need the key "older".*connection "one".*lostKeys/,
      );
      await expect(
        start([newer, { id: 'older', key: randomBytes(32) }]),
      ).rejects.toThrow('The key "older"');
      await (await start([older])).stop();
    });

    it('that are lost leave connections that can be deleted and connected anew', async () => {
      const { connectionId, queueId } = await connectWith(older);
      const backend = await start([newer], ['older']);
      const ada = backend.as('ada');
      const path = `/connections/${connectionId}`;

      const progress = await ada.get('/secrets/rotation').expect(200);
      expect(progress.body).toMatchObject({
        state: 'complete',
        keys: [
          { id: 'newer', secrets: 0 },
          { id: 'older', status: 'lost', secrets: 1 },
        ],
        unreadable: [{ connectionId, name: 'one', reason: expect.any(String) }],
      });
      const reason = expect.stringContaining('The key "older" is missing');
      for (const place of ['topics', 'topics/orders']) {
        const { body } = await ada.get(`${path}/${place}`).expect(200);
        expect(body.unreachable).toEqual({
          reason: 'authentication',
          message: reason,
        });
      }
      expect((await ada.get(path)).body.state).toMatchObject({
        status: 'unreachable',
        reason,
      });
      const enabling = await ada.put(`/queues/${queueId}`, {
        ...{ state: 'enabled', versionRef: 'latest', revision: 0 },
      });
      expect(enabling.status).toBe(409);
      expect(enabling.body.error.message).toMatch(/"older".*connect it anew/);

      await ada.delete(path).expect(204);
      await ada.post('/connections', input).expect(201);
      const after = await ada.get('/secrets/rotation').expect(200);
      expect(after.body.unreadable).toEqual([]);
      await backend.stop();
    });
  });
});
