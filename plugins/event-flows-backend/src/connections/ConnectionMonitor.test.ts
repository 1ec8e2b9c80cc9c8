import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { InMemoryEngine } from '../__testUtils__/InMemoryEngine';
import {
  at,
  connectionRecord,
  openTestDatabase,
} from '../__testUtils__/records';
import { SecretBox } from '../secrets/SecretBox';
import { StoredBrokerAccess } from './BrokerAccessReader';
import { ConnectionMonitor } from './ConnectionMonitor';
import { KnexConnectionsStore } from './ConnectionsStore';

describe('ConnectionMonitor', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

  it('notes of each connection whether it can be used, and makes no noise', async () => {
    const store = new KnexConnectionsStore(
      await openTestDatabase(databases, 'SQLITE_3'),
    );
    const engine = new InMemoryEngine();
    engine.clusters.set('here:1', { clusterId: 'cluster-1', topics: [] });
    await store.insert(
      connectionRecord({ id: 'here', name: 'here', brokers: ['here:1'] }),
    );
    await store.insert(
      connectionRecord({ id: 'away', name: 'away', brokers: ['away:1'] }),
    );
    await store.insert(
      connectionRecord({
        ...{ id: 'sealed', name: 'sealed', brokers: ['here:1'] },
        sealedSecrets: 'damaged',
      }),
    );
    const logger = mockServices.logger.mock();
    const monitor = new ConnectionMonitor({
      store,
      access: new StoredBrokerAccess(store, new SecretBox([])),
      admin: engine.admin,
      now: () => Date.parse(at(60)),
      logger,
    });
    await monitor.checkAll();

    const states = (await store.list()).map(({ id, state }) => [id, state]);
    expect(Object.fromEntries(states)).toEqual({
      here: { status: 'connected', since: at(0), checkedAt: at(60) },
      away: {
        ...{ status: 'unreachable', since: at(60), checkedAt: at(60) },
        reason: 'Nobody answers at away:1; check host and port',
      },
      sealed: {
        ...{ status: 'unreachable', since: at(60), checkedAt: at(60) },
        reason: 'A stored secret is damaged',
      },
    });
    expect(logger.warn).not.toHaveBeenCalled();

    // What is no answer of a cluster says nothing of it.
    const failing = new ConnectionMonitor({
      ...{ store, admin: engine.admin, now: Date.now, logger },
      access: { get: async () => Promise.reject(new Error('select secrets')) },
    });
    await failing.checkAll();
    expect((await store.list()).map(({ state }) => state)).toEqual(
      states.map(([, state]) => state),
    );
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('select secrets'),
    );
  });
});
