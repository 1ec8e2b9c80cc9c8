import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import {
  BrokerConnectionError,
  defaultQueueSettings,
} from '@event-flows/backstage-plugin-event-flows-common';
import { KnexAccessStore } from '../access/AccessStore';
import { StoredBrokerAccess } from '../connections/BrokerAccessReader';
import { ConnectionMonitor } from '../connections/ConnectionMonitor';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { StopConfirmation } from '../queues/StopConfirmation';
import { SecretBox } from '../secrets/SecretBox';
import { InMemoryEngine } from '../__testUtils__/InMemoryEngine';
import {
  APPROVAL,
  at,
  connectionRecord,
  openTestDatabase,
} from '../__testUtils__/records';
import { ConvergenceWatch } from './ConvergenceWatch';
import { Housekeeping } from './Housekeeping';
import { KnexReplicasStore } from './ReplicasStore';

const by = 'user:default/ada';
const now = () => Date.parse(at(60));
const logger = mockServices.logger.mock();

/** What is done when nobody waits for it any more. */
describe('the tasks in the background', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

  async function setup() {
    const db = await openTestDatabase(databases, 'SQLITE_3');
    const connections = new KnexConnectionsStore(db);
    await connections.insert(connectionRecord());
    await new KnexAccessStore(db).replace({
      connectionId: connectionRecord().id,
      topic: 'orders',
      entries: [{ algorithmRef: 'component:default/a', apiType: 'subscriber' }],
      revision: 0,
      by,
      at: at(0),
    });
    const queues = new KnexQueuesStore(db);
    const [{ id: queueId }] = await queues.list();
    const replicas = new KnexReplicasStore(db);
    await replicas.register('r1', at(59));

    const engine = new InMemoryEngine();
    const cluster: Parameters<typeof engine.clusters.set>[1] = {
      clusterId: 'cluster-1',
      topics: [],
    };
    engine.clusters.set(connectionRecord().brokers[0], cluster);
    const access = new StoredBrokerAccess(connections, new SecretBox([]));
    const { admin } = engine;
    const housekeeping = new Housekeeping({
      connections,
      replicas,
      convergence: new ConvergenceWatch({
        store: replicas,
        now,
        trigger: () => {},
      }),
      stops: new StopConfirmation({
        store: queues,
        access,
        admin,
        now,
        logger,
      }),
    });
    const monitor = new ConnectionMonitor({
      store: connections,
      access,
      admin,
      now,
      logger,
    });
    const disable = async () => {
      await queues.enable(queueId, {
        revision: 0,
        versionRef: 'latest',
        approval: APPROVAL,
        settings: defaultQueueSettings,
        by,
        at: at(1),
      });
      return queues.disable(queueId, { revision: 1, by, at: at(2) });
    };
    const stoppedAt = async () => (await queues.get(queueId))?.stoppedAt;
    return {
      cluster,
      connections,
      disable,
      engine,
      housekeeping,
      monitor,
      queueId,
      replicas,
      stoppedAt,
    };
  }

  it('confirm that a queue has stopped, once every replica follows', async () => {
    const { disable, housekeeping, replicas, stoppedAt } = await setup();
    const revision = await disable();
    await housekeeping.run();
    expect(await stoppedAt()).toBe(undefined);
    await replicas.setApplied('r1', revision);
    await housekeeping.run();
    expect(await stoppedAt()).toBe(at(60));
  });

  it('confirm nothing while somebody is in the group, or nobody answers', async () => {
    const scene = await setup();
    await scene.replicas.setApplied('r1', await scene.disable());
    const group = `event-flows.${scene.queueId}`;
    scene.engine.foreignMembers.set(group, 1);
    await scene.housekeeping.run();
    expect(await scene.stoppedAt()).toBe(undefined);

    scene.engine.foreignMembers.clear();
    scene.cluster.failure = new BrokerConnectionError('timeout', 'No answer');
    await scene.housekeeping.run();
    expect(await scene.stoppedAt()).toBe(undefined);

    scene.cluster.failure = undefined;
    await scene.housekeeping.run();
    expect(await scene.stoppedAt()).toBe(at(60));
  });

  it('remove a deleted connection, once every replica follows', async () => {
    const { connections, housekeeping, replicas } = await setup();
    const { id } = connectionRecord();
    const revision = await connections.markDeleting(id);
    await housekeeping.run();
    expect(await connections.get(id)).toMatchObject({ deleting: true });
    await replicas.setApplied('r1', revision);
    await housekeeping.run();
    expect(await connections.get(id)).toBe(undefined);
  });

  it('wait for no replica that is dead', async () => {
    const { connections, housekeeping, replicas } = await setup();
    const { id } = connectionRecord();
    await replicas.report('r1', {
      at: at(10),
      changed: [],
      folded: [],
      restarted: [],
    });
    await connections.markDeleting(id);
    await housekeeping.run();
    expect(await connections.get(id)).toBe(undefined);
  });

  it('note whether clusters can be reached', async () => {
    const { cluster, connections, monitor } = await setup();
    const stateOf = async () =>
      (await connections.get(connectionRecord().id))?.state;
    cluster.failure = new BrokerConnectionError('unreachable', 'Nobody there');
    await monitor.checkAll();
    expect(await stateOf()).toEqual({
      status: 'unreachable',
      reason: 'Nobody there',
      since: at(60),
      checkedAt: at(60),
    });
    cluster.failure = undefined;
    await monitor.checkAll();
    expect(await stateOf()).toMatchObject({ status: 'connected' });
  });

  it('note nothing when they are cut short', async () => {
    const { cluster, connections, monitor } = await setup();
    cluster.failure = new BrokerConnectionError('timeout', 'Aborted');
    await monitor.checkAll(AbortSignal.abort());
    expect(await connections.get(connectionRecord().id)).toMatchObject({
      state: { status: 'connected', checkedAt: at(0) },
    });
  });
});
