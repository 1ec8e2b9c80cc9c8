import { randomBytes } from 'node:crypto';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { placeOfSecrets } from '../connections/BrokerAccessReader';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import {
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { checkKeys } from './checkKeys';
import { SecretBox } from './SecretBox';
import { KnexSecretKeysStore } from './SecretKeysStore';

const older = { id: 'older', key: randomBytes(32) };
const newer = { id: 'newer', key: randomBytes(32) };

describe('checkKeys', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup(ids: string[] = []) {
      const db = await openTestDatabase(databases, databaseId);
      const store = new KnexConnectionsStore(db);
      const logger = mockServices.logger.mock();
      for (const id of ids) {
        const sealedSecrets = new SecretBox([older]).seal(
          id,
          placeOfSecrets(id),
        );
        await store.insert(
          connectionRecord({ id, name: `cluster ${id}`, sealedSecrets }),
        );
      }
      const check = (keys: (typeof older)[], lostKeys: string[] = []) =>
        checkKeys({
          store,
          keys: new KnexSecretKeysStore(db),
          box: new SecretBox(keys),
          lostKeys,
          logger,
        });
      return { store, logger, check };
    }

    it('is content with the keys that secrets need, and with none', async () => {
      const { check, logger } = await setup(['a', 'b']);
      await check([newer, older]);
      await check([older]);
      expect(logger.warn).not.toHaveBeenCalled();
      await (await setup()).check([]);
    });

    it('stops at a key that is missing, naming it and what needs it', async () => {
      const { check } = await setup(['a', 'b']);
      await expect(check([newer])).rejects.toThrow(
        'Stored secrets need the key "older", which is not in eventFlows.secrets.keys (connections "cluster a", "cluster b")',
      );
    });

    it('goes on without a key that is declared lost, naming what is lost', async () => {
      const { check, logger } = await setup(['a']);
      await check([newer], ['older']);
      expect(logger.warn.mock.calls).toEqual([
        [expect.stringContaining('The connection "cluster a" (a) cannot be')],
      ]);
    });

    it('stops at a key that has another value, also before its first use', async () => {
      const { check } = await setup();
      await check([newer, older]);
      const impostor = { id: 'older', key: randomBytes(32) };
      await expect(check([newer, impostor])).rejects.toThrow(
        'The key "older" in eventFlows.secrets.keys has another value than when',
      );
      await check([newer, older]);
    });

    it('stops the second of two replicas that disagree, whichever that is', async () => {
      const { check } = await setup();
      const results = await Promise.allSettled([
        check([older]),
        check([{ id: 'older', key: randomBytes(32) }]),
      ]);
      expect(results.map(({ status }) => status).sort()).toEqual([
        'fulfilled',
        'rejected',
      ]);
    });

    it('sees by the secrets that a key was changed before it was remembered', async () => {
      const { check } = await setup(['a']);
      const impostor = { id: 'older', key: randomBytes(32) };
      await expect(check([impostor])).rejects.toThrow(
        'The key "older" in eventFlows.secrets.keys has another value',
      );
      // And has not remembered the wrong one.
      await check([older]);
    });

    it('names a secret that is damaged, and goes on', async () => {
      const { check, store, logger } = await setup(['a', 'b', 'c']);
      const [a, b] = await store.listSealedSecrets({ after: '', limit: 9 });
      await store.replaceSealedSecrets('a', a.sealedSecrets, 'not even JSON');
      // Moved from another row.
      await store.replaceSealedSecrets(
        'b',
        b.sealedSecrets,
        new SecretBox([older]).seal('b', placeOfSecrets('c')),
      );
      await check([older]);
      expect(logger.warn.mock.calls).toEqual([
        [expect.stringContaining('"cluster a" (a)')],
        [expect.stringContaining('"cluster b" (b)')],
      ]);
    });
  });
});
