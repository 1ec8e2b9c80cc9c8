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
  queueReport,
} from '../__testUtils__/records';
import { ConvergenceWatch } from './ConvergenceWatch';
import { Housekeeping } from './Housekeeping';
import { KnexReplicasStore, toFold } from './ReplicasStore';

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
    const convergence = new ConvergenceWatch({
      store: replicas,
      now,
      trigger: () => {},
    });
    const housekeeping = new Housekeeping({
      connections,
      replicas,
      convergence,
      stops: new StopConfirmation({
        store: queues,
        access,
        admin,
        convergence,
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
    /** The replica follows a revision, and runs these queues. */
    const follow = (appliedRevision: number, ...running: string[]) =>
      replicas.report('r1', {
        number: 1,
        at: at(59),
        appliedRevision,
        changed: running.map(id => queueReport(id)),
        folded: running.length > 0 ? [] : [toFold(queueReport(queueId))],
        restarted: [],
      });
    const stoppedAt = async () => (await queues.get(queueId))?.stoppedAt;
    return {
      cluster,
      connections,
      db,
      disable,
      engine,
      follow,
      housekeeping,
      monitor,
      queueId,
      queues,
      replicas,
      stoppedAt,
    };
  }

  it('confirm that a queue has stopped, once every replica follows and none is still at it', async () => {
    const scene = await setup();
    const { disable, follow, housekeeping, queueId, stoppedAt } = scene;
    const revision = await disable();
    await housekeeping.run();
    expect(await stoppedAt()).toBe(undefined);
    await follow(revision, queueId);
    await housekeeping.run();
    expect(await stoppedAt()).toBe(undefined);
    await follow(revision);
    await housekeeping.run();
    expect(await stoppedAt()).toBe(at(60));
  });

  it('confirm nothing while somebody is in the group, or nobody answers', async () => {
    const scene = await setup();
    await scene.follow(await scene.disable());
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

  it('let no queue wait for a cluster that is not its own', async () => {
    const { db, connections, disable, engine, follow, ...scene } =
      await setup();
    const silent = connectionRecord({
      ...{ id: 'silent', name: 'a silent one', brokers: ['silent:9092'] },
    });
    await connections.insert(silent);
    await new KnexAccessStore(db).replace({
      ...{ connectionId: silent.id, topic: 'orders', revision: 0 },
      entries: ['a', 'b', 'c'].map(name => ({
        algorithmRef: `component:default/${name}`,
        apiType: 'subscriber',
      })),
      ...{ by, at: at(0) },
    });
    for (const { id } of await scene.queues.list({ connectionId: silent.id })) {
      await scene.queues.enable(id, {
        ...{ revision: 0, versionRef: 'latest', approval: APPROVAL },
        ...{ settings: defaultQueueSettings, by, at: at(1) },
      });
      await scene.queues.disable(id, { revision: 1, by, at: at(2) });
    }
    engine.clusters.set(silent.brokers[0], {
      ...{ clusterId: 'silent', topics: [] },
      failure: new BrokerConnectionError('timeout', 'No answer'),
    });
    await follow(await disable());
    const asked = jest.spyOn(engine.admin, 'groupMembers');
    await scene.housekeeping.run();
    expect(await scene.stoppedAt()).toBe(at(60));
    expect(asked.mock.calls.map(([{ id }]) => id).sort()).toEqual(
      [connectionRecord().id, silent.id].sort(),
    );
  });

  it('remove a deleted connection, once every replica follows and none is still at it', async () => {
    const { connections, follow, housekeeping, queueId } = await setup();
    const { id } = connectionRecord();
    const revision = await connections.markDeleting(id);
    await housekeeping.run();
    expect(await connections.get(id)).toMatchObject({ deleting: true });
    await follow(revision, queueId);
    await housekeeping.run();
    expect(await connections.get(id)).toMatchObject({ deleting: true });
    await follow(revision);
    await housekeeping.run();
    expect(await connections.get(id)).toBe(undefined);
  });

  it('wait for no replica that is dead', async () => {
    const { connections, housekeeping, replicas } = await setup();
    const { id } = connectionRecord();
    await replicas.report('r1', {
      number: 1,
      at: at(10),
      appliedRevision: 0,
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
