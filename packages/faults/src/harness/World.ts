import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FaultProxy,
  PostgresDatabase,
  startKafkaNodes,
  waitUntil,
  withAdmin,
  type KafkaNodes,
} from '@event-flows/testbed';
import { Backend, type Driver } from './Backend';
import { EndpointProcess } from './EndpointProcess';

/** What a case needs around it; cases with equal needs share one world. */
export interface Needs {
  brokers: 1 | 3;
  backends: 2 | 3;
}

/** Real brokers, a real database, real backends, and the links between them. */
export class World {
  static async start(
    root: string,
    needs: Needs,
    driver: Driver,
  ): Promise<World> {
    const { brokers, backends: count } = needs;
    const logFolder = join(
      root,
      `.local/faults/${brokers}-brokers-${count}-backends`,
    );
    await rm(logFolder, { recursive: true, force: true });
    await mkdir(logFolder, { recursive: true });
    const stops: (() => Promise<unknown>)[] = [];
    try {
      const kafka = await startKafkaNodes({ count: brokers, logFolder });
      stops.unshift(() => kafka.stop());
      const database = await PostgresDatabase.create();
      stops.unshift(() => database.drop());
      const databaseUrl = new URL(database.url);
      const databaseLink = await FaultProxy.start({
        targetPort: Number(databaseUrl.port || 5432),
      });
      stops.unshift(() => databaseLink.close());
      databaseUrl.port = String(databaseLink.port);
      const endpoint = await EndpointProcess.start({ root, logFolder });
      stops.unshift(() => endpoint.stop());

      const backends: Backend[] = [];
      for (let number = 1; number <= count; number++) {
        backends.push(
          await Backend.create(`backend-${number}`, {
            root,
            driver,
            logFolder,
            endpointPort: endpoint.port,
            postgresUrl: databaseUrl.href,
          }),
        );
      }
      stops.unshift(() => Promise.all(backends.map(each => each.stop())));
      const parts = { kafka, database, databaseLink, endpoint, backends };
      const world = new World(parts, stops);
      await world.restore();
      return world;
    } catch (error) {
      await stopAll(stops);
      throw error;
    }
  }

  readonly kafka: KafkaNodes;
  readonly database: PostgresDatabase;
  readonly databaseLink: FaultProxy;
  readonly endpoint: EndpointProcess;
  readonly backends: readonly Backend[];

  private constructor(
    parts: Pick<
      World,
      'kafka' | 'database' | 'databaseLink' | 'endpoint' | 'backends'
    >,
    private readonly stops: (() => Promise<unknown>)[],
  ) {
    this.kafka = parts.kafka;
    this.database = parts.database;
    this.databaseLink = parts.databaseLink;
    this.endpoint = parts.endpoint;
    this.backends = parts.backends;
  }

  /** Mends whatever a case has left broken. */
  async restore(): Promise<void> {
    const { kafka, databaseLink, endpoint, backends } = this;
    databaseLink.open();
    for (const node of kafka.nodes) {
      node.link.open();
      await node.start();
    }
    await waitUntil(() => isWhole(kafka), {
      timeoutMs: 120_000,
      what: 'all brokers to be members of the cluster',
    });
    await endpoint.become({ kind: 'answer', delayMs: 0 });
    // The first creates the tables, where there are none.
    for (const backend of backends) {
      await backend.start();
    }
    await backends[0].waitForCatalog();
  }

  async stop(): Promise<void> {
    await stopAll(this.stops);
  }
}

async function isWhole({ direct, nodes }: KafkaNodes): Promise<boolean> {
  return withAdmin(direct, async admin => {
    const { brokers } = await admin.describeCluster();
    return brokers.length === nodes.length;
  });
}

async function stopAll(stops: (() => Promise<unknown>)[]): Promise<void> {
  for (const stop of stops) {
    await stop();
  }
}
