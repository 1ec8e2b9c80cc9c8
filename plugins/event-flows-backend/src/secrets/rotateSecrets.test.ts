import { randomBytes } from 'node:crypto';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { placeOfSecrets } from '../connections/BrokerAccessReader';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import {
  connectionRecord,
  DATABASE_IDS,
  openTestDatabase,
} from '../__testUtils__/records';
import { rotateSecrets } from './rotateSecrets';
import { SecretBox } from './SecretBox';

const older = { id: 'older', key: randomBytes(32) };
const newer = { id: 'newer', key: randomBytes(32) };
const logger = mockServices.logger.mock();

describe('rotateSecrets', () => {
  const databases = TestDatabases.create({ ids: DATABASE_IDS });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    async function setup() {
      const db = await openTestDatabase(databases, databaseId);
      const store = new KnexConnectionsStore(db);
      for (const id of ['a', 'b']) {
        await store.insert(
          connectionRecord({
            id,
            name: id,
            sealedSecrets: new SecretBox([older]).seal(id, placeOfSecrets(id)),
          }),
        );
      }
      await store.insert(connectionRecord({ id: 'c', name: 'no secret' }));
      return store;
    }

    it('leaves the older key without use, also from two replicas', async () => {
      const store = await setup();
      const box = new SecretBox([newer, older]);
      await Promise.all([
        rotateSecrets({ store, box, logger }),
        rotateSecrets({ store, box, logger }),
      ]);
      const alone = new SecretBox([newer]);
      const secrets = await store.listSealedSecrets();
      expect(
        secrets.map(({ id, sealedSecrets }) =>
          alone.open(sealedSecrets, placeOfSecrets(id)),
        ),
      ).toEqual(expect.arrayContaining(['a', 'b']));
      expect(secrets).toHaveLength(2);
    });

    it('stops at a key that is missing, and names it', async () => {
      const store = await setup();
      const before = await store.listSealedSecrets();
      const box = new SecretBox([newer]);
      await expect(rotateSecrets({ store, box, logger })).rejects.toThrow(
        'Stored secrets need the key "older", which is not in eventFlows.secrets.keys',
      );
      expect(await store.listSealedSecrets()).toEqual(before);
    });
  });
});
