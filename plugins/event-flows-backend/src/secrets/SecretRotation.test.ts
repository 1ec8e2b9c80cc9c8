import { randomBytes } from 'node:crypto';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { placeOfSecrets } from '../connections/BrokerAccessReader';
import {
  type ConnectionsStore,
  KnexConnectionsStore,
} from '../connections/ConnectionsStore';
import {
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { Clock } from '../__testUtils__/replica';
import { SecretBox, wrappingKeyOf } from './SecretBox';
import { KnexSecretKeysStore } from './SecretKeysStore';
import { SecretRotation } from './SecretRotation';

const older = { id: 'older', key: randomBytes(32) };
const newer = { id: 'newer', key: randomBytes(32) };

/** More than one batch. */
const COUNT = 120;
const idOf = (n: number) => `c${String(n).padStart(3, '0')}`;

describe('SecretRotation', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup(count = COUNT) {
      const db = await openTestDatabase(databases, databaseId);
      const store = new KnexConnectionsStore(db);
      const logger = mockServices.logger.mock();
      const clock = new Clock();

      /** Stores a connection whose secret is its id. */
      async function add(id: string, key = older) {
        const box = new SecretBox([key]);
        const sealedSecrets = box.seal(id, placeOfSecrets(id));
        await store.insert(connectionRecord({ id, name: id, sealedSecrets }));
      }
      for (let n = 0; n < count; n++) {
        await add(idOf(n));
      }
      await store.insert(connectionRecord({ id: 'none', name: 'no secret' }));

      const replica = (
        keys: Array<typeof older>,
        overrides: Partial<ConnectionsStore> = {},
      ) =>
        new SecretRotation({
          store: overriding(store, overrides),
          keys: new KnexSecretKeysStore(db),
          box: new SecretBox(keys),
          replicaId: randomBytes(8).toString('hex'),
          now: clock.now,
          logger,
        });
      const stored = () => store.listSealedSecrets({ after: '', limit: 1000 });
      /** Ids of the secrets that this key alone opens to what was sealed. */
      const openedBy = async (key: typeof older) => {
        const alone = new SecretBox([key]);
        return (await stored())
          .filter(
            ({ sealedSecrets }) => wrappingKeyOf(sealedSecrets) === key.id,
          )
          .filter(
            ({ id, sealedSecrets }) =>
              alone.open(sealedSecrets, placeOfSecrets(id)) === id,
          )
          .map(({ id }) => id);
      };
      return { store, add, replica, stored, openedBy, clock, logger };
    }

    it('leaves the older key without use, by two replicas at once', async () => {
      const { replica, openedBy, logger } = await setup();
      const both = [replica([newer, older]), replica([newer, older])];
      await Promise.all(both.map(one => one.announce()));
      const [first, second] = await Promise.all(both.map(one => one.run()));
      // Each secret by one of them, none twice.
      expect(first + second).toBe(COUNT);
      expect(await openedBy(newer)).toHaveLength(COUNT);
      expect(await both[0].run()).toBe(0);
      expect(logger.warn).not.toHaveBeenCalled();
    });

    it('goes on where it was interrupted', async () => {
      const { store, replica, openedBy } = await setup();
      let writes = 0;
      const dying = replica([newer, older], {
        replaceSealedSecrets: (...change) => {
          writes += 1;
          return writes > 70
            ? Promise.reject(new Error('the database went away'))
            : store.replaceSealedSecrets(...change);
        },
      });
      await expect(dying.run()).rejects.toThrow('the database went away');
      expect(await openedBy(newer)).toHaveLength(70);
      expect(await openedBy(older)).toHaveLength(COUNT - 70);
      expect(await replica([newer, older]).run()).toBe(COUNT - 70);
      expect(await openedBy(newer)).toHaveLength(COUNT);
    });

    it('ends early when the backend stops', async () => {
      const { store, replica } = await setup();
      const stopping = new AbortController();
      const one = replica([newer, older], {
        listSealedSecrets: async page => {
          if (page.after !== '') {
            stopping.abort();
          }
          return store.listSealedSecrets(page);
        },
      });
      const done = await one.run(stopping.signal);
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThan(COUNT);
    });

    it('neither brings back what is deleted meanwhile, nor misses what is new', async () => {
      const { store, add, replica, stored, openedBy } = await setup();
      let isFirst = true;
      const rotation = replica([newer, older], {
        replaceSealedSecrets: async (...change) => {
          if (isFirst) {
            isFirst = false;
            // This one, one of the same batch, and one of a later batch.
            await Promise.all(
              [0, 1, COUNT - 1].map(n => store.remove(idOf(n))),
            );
            // By a replica with the older list, behind and ahead of here.
            await add('a-new');
            await add('z-new');
          }
          return store.replaceSealedSecrets(...change);
        },
      });
      expect(await rotation.run()).toBe(COUNT - 3 + 1);
      expect(await openedBy(older)).toEqual(['a-new']);
      expect(await rotation.run()).toBe(1);
      const ids = (await stored()).map(({ id }) => id);
      expect(ids).toHaveLength(COUNT - 3 + 2);
      expect(await openedBy(newer)).toEqual(ids);
    });

    it('leaves out what does not open, and says once which', async () => {
      const { store, replica, openedBy, logger } = await setup(3);
      const [first] = await store.listSealedSecrets({ after: '', limit: 1 });
      await store.replaceSealedSecrets(first.id, first.sealedSecrets, 'x');
      const rotation = replica([newer, older]);
      expect(await rotation.run()).toBe(2);
      expect(await rotation.run()).toBe(0);
      expect(logger.warn.mock.calls).toEqual([
        [expect.stringContaining(`"${first.name}" (${first.id})`)],
      ]);
      await store.replaceSealedSecrets(first.id, 'x', first.sealedSecrets);
      expect(await rotation.run()).toBe(1);
      expect(await openedBy(newer)).toHaveLength(3);
    });

    it('waits for replicas that have not got the new key yet', async () => {
      const { replica, openedBy, clock } = await setup(2);
      const restarted = replica([newer, older]);
      const before = replica([older]);
      await before.announce();
      await restarted.announce();
      expect(await restarted.obstacle()).toContain('1 of 2 replicas');
      expect(await restarted.run()).toBe(0);
      expect(await openedBy(older)).toHaveLength(2);
      await before.withdraw();
      expect(await restarted.obstacle()).toBe(undefined);

      // One that ended without a word is waited for until it counts as gone.
      await before.announce();
      expect(await restarted.run()).toBe(0);
      clock.forward(91_000);
      await restarted.announce();
      expect(await restarted.run()).toBe(2);
    });
  });
});

/** The store, some of its methods replaced. */
function overriding(
  store: KnexConnectionsStore,
  { listSealedSecrets, replaceSealedSecrets }: Partial<ConnectionsStore>,
): ConnectionsStore {
  const proxy = Object.create(store);
  return Object.assign(proxy, {
    listSealedSecrets:
      listSealedSecrets ?? (page => store.listSealedSecrets(page)),
    replaceSealedSecrets:
      replaceSealedSecrets ??
      ((...change) => store.replaceSealedSecrets(...change)),
  } satisfies Partial<ConnectionsStore>);
}
