import { TestDatabases } from '@backstage/backend-test-utils';
import { defaultQueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import fc from 'fast-check';
import { KnexAccessStore } from '../access/AccessStore';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { algorithm, algorithmVersion } from '../__testUtils__/entities';
import {
  APPROVAL,
  connectionRecord,
  openTestDatabase,
} from '../__testUtils__/records';
import { Clock, startReplica, type Replica } from '../__testUtils__/replica';

jest.setTimeout(120_000);

const TOPICS = ['orders', 'payments', 'reviews'];
const VERSIONS = ['component:default/a-1-0-0', 'component:default/a-1-1-0'];
const by = 'user:default/ada';

const topic = fc.constantFrom(...TOPICS);
const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('enable' as const),
      topic,
      versionRef: fc.constantFrom(...VERSIONS),
    }),
    fc.record({ kind: fc.constant('disable' as const), topic }),
    fc.record({ kind: fc.constant('forbid' as const), topic }),
    fc.record({ kind: fc.constant('allow' as const), topic }),
    fc.record({ kind: fc.constant('restart' as const), replica: fc.nat(1) }),
    fc.record({ kind: fc.constant('look' as const), replica: fc.nat(1) }),
    fc.record({
      kind: fc.constant('hang' as const),
      topic,
      replica: fc.nat(1),
    }),
  ),
  { maxLength: 15 },
);

type Step = typeof steps extends fc.Arbitrary<Array<infer S>> ? S : never;

function start(db: Awaited<ReturnType<typeof openTestDatabase>>) {
  return startReplica(db, new Clock(), [
    algorithm('a'),
    algorithmVersion('a', '1.0.0'),
    algorithmVersion('a', '1.1.0'),
  ]);
}

/** Two replicas, and what is wanted of them. */
class World {
  static async open(databases: TestDatabases): Promise<World> {
    const db = await openTestDatabase(databases, 'SQLITE_3');
    await new KnexConnectionsStore(db).insert(connectionRecord());
    const world = new World(db, [await start(db), await start(db)]);
    for (const each of TOPICS) {
      await world.take({ kind: 'allow', topic: each });
    }
    return world;
  }

  readonly #queues: KnexQueuesStore;
  readonly #access: KnexAccessStore;
  /** What should run: the version, by topic. */
  readonly #wanted = new Map<string, string>();

  private constructor(
    private readonly db: Awaited<ReturnType<typeof openTestDatabase>>,
    private readonly replicas: Replica[],
  ) {
    this.#queues = new KnexQueuesStore(db);
    this.#access = new KnexAccessStore(db);
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'enable':
        await this.#enable(step.topic, step.versionRef);
        break;
      case 'disable':
        await this.#disable(step.topic);
        break;
      case 'allow':
        await this.#setAccess(step.topic, ['component:default/a']);
        break;
      case 'forbid':
        await this.#setAccess(step.topic, []);
        this.#wanted.delete(step.topic);
        break;
      case 'restart':
        await this.replicas[step.replica].reconciler.close();
        this.replicas[step.replica] = await start(this.db);
        break;
      case 'hang':
        await this.#hang(step.topic, step.replica);
        break;
      default:
        this.replicas[step.replica].reconciler.trigger();
    }
  }

  /** What should run, and what does on each replica once it has followed; by topic. */
  async converge() {
    const revision = await this.#revision();
    const running: Array<Map<string, string>> = [];
    for (const { engine, convergence } of this.replicas) {
      if (!(await convergence.waitFor(revision))) {
        throw new Error('A replica did not follow in time');
      }
      running.push(
        new Map(
          engine.running.map(({ topic: name, target }) => [
            name,
            target.kind === 'version' ? target.versionRef : target.reason,
          ]),
        ),
      );
    }
    return { wanted: this.#wanted, running };
  }

  async close(): Promise<void> {
    for (const { reconciler } of this.replicas) {
      await reconciler.close();
    }
  }

  /** The queue's requests end no more on this replica: nothing else waits for that. */
  async #hang(name: string, replica: number) {
    const [queue] = await this.#queues.list({ topic: name });
    if (queue) {
      this.replicas[replica].engine.hanging.add(queue.id);
    }
  }

  async #enable(name: string, versionRef: string) {
    const [queue] = await this.#queues.list({ topic: name });
    if (queue) {
      await this.#queues.enable(queue.id, {
        ...{ revision: queue.revision, by, at: new Date().toISOString() },
        ...{ versionRef, approval: APPROVAL, settings: defaultQueueSettings },
      });
      this.#wanted.set(name, versionRef);
    }
  }

  async #disable(name: string) {
    const [queue] = await this.#queues.list({ topic: name });
    if (queue) {
      await this.#queues.disable(queue.id, {
        ...{ revision: queue.revision, by, at: new Date().toISOString() },
      });
      this.#wanted.delete(name);
    }
  }

  async #setAccess(name: string, algorithmRefs: string[]) {
    const connectionId = connectionRecord().id;
    const { revision } = await this.#access.getRevision(connectionId, name);
    await this.#access.replace({
      ...{ connectionId, topic: name, revision, by },
      entries: algorithmRefs.map(algorithmRef => ({
        algorithmRef,
        apiType: 'subscriber',
      })),
      at: new Date().toISOString(),
    });
  }

  async #revision(): Promise<number> {
    const { revision } = await this.db('desired_state').first('revision');
    return Number(revision);
  }
}

/** The databases are compared elsewhere; here it is the order of things that counts. */
describe('convergence', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

  it('makes every replica run what is wanted in the end, whatever happened before', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async list => {
        const world = await World.open(databases);
        try {
          for (const step of list) {
            await world.take(step);
          }
          const { wanted, running } = await world.converge();
          expect(running).toEqual([wanted, wanted]);
        } finally {
          await world.close();
        }
      }),
      { numRuns: 12 },
    );
  });
});
