import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { startKafka, withAdmin, type KafkaCluster } from '@event-flows/testbed';
import { buildClients } from './clients/build';
import { prepareClients, type Client, type ClientName } from './clients/Client';
import { EndpointProcess } from './endpoint/EndpointProcess';
import { compile, TOOLS } from './java/compile';
import { measureIdle } from './measure/measureIdle';
import { measurePartition } from './measure/measurePartition';
import { measurePortal } from './measure/measurePortal';
import { measureRow } from './measure/measureRow';
import { rowsOf, type Plan, type TopicPlan } from './plan';
import {
  toRow,
  type IdleQueues,
  type OnePartition,
  type Results,
  type Row,
} from './report/results';
import { formatBytes, titleOf } from './report/table';
import { topicOf } from './scenario';
import { preload } from './topics/preload';

/** Enough to keep a queue busy while the portal is watched. */
const PORTAL_TOPIC = {
  topic: 'bench-portal',
  records: 2_000_000,
  recordBytes: 1_024,
  keys: 'uniform',
} as const;

export interface BenchOptions {
  plan: Plan;
  clients: ClientName[];
  logDir: string;
  /** Where what is built and fetched is kept. */
  cache: string;
  /** Where clients in Node are built; below the repository. */
  buildDir: string;
  print: (line: string) => void;
}

/** All measurements, one after the other, on a Kafka and an endpoint of their own. */
export class Bench {
  #runs = 0;
  #failures = 0;

  constructor(private readonly options: BenchOptions) {}

  /** Parts that could not be measured. */
  get failures(): number {
    return this.#failures;
  }

  async run(): Promise<Results> {
    const { plan, print, cache, logDir } = this.options;
    const [loadBefore] = loadavg();
    const measuredOn = new Date().toISOString().slice(0, 10);
    const programs = await buildClients(this.options.buildDir);
    const [tools, clients] = await Promise.all([
      compile(TOOLS, cache),
      prepareClients(this.options.clients, { cache, programs }),
    ]);
    const kafka = await startKafka({
      listeners: ['plain'],
      heap: '1g',
      logFile: join(logDir, 'kafka.log'),
    });
    const endpoint = await EndpointProcess.start({ classPath: tools, logDir });
    try {
      const endpointPerSecond = await warmUpEndpoint(endpoint);
      print(
        `The endpoint answers ${endpointPerSecond} requests a second to a load generator beside it.`,
      );
      const rows: Row[] = [];
      for (const topic of plan.topics) {
        rows.push(
          ...(await this.#measureTopic(topic, {
            kafka,
            endpoint,
            clients,
            tools,
          })),
        );
      }
      const idleQueues = await this.#measureIdle(kafka, endpoint, programs);
      const onePartition =
        plan.partitionRecords > 0
          ? ((await this.#attempt('One partition', () =>
              this.#measurePartition({ kafka, endpoint, tools, programs }),
            )) ?? null)
          : null;
      const portalP99Ms = plan.portal
        ? ((await this.#attempt('The portal', () =>
            this.#measurePortal(kafka, endpoint, tools),
          )) ?? null)
        : null;
      return {
        rows,
        idleQueues,
        onePartition,
        portalP99Ms,
        endpointPerSecond,
        machine: {
          cores: availableParallelism(),
          node: process.versions.node,
          kafka: kafka.version,
          measuredOn,
          loadBefore,
        },
      };
    } finally {
      await endpoint.stop();
      await kafka.stop();
    }
  }

  /** One part that fails must not cost the hours of the others. */
  async #attempt<T>(
    what: string,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.options.print(`  ✗ ${what}: ${String(error)}`);
      this.#failures += 1;
      return undefined;
    }
  }

  async #measureTopic(
    topic: TopicPlan,
    parts: {
      kafka: KafkaCluster;
      endpoint: EndpointProcess;
      clients: Client[];
      tools: string;
    },
  ): Promise<Row[]> {
    const { plan, print, logDir } = this.options;
    const { kafka, endpoint, clients, tools } = parts;
    const { brokers } = kafka.plain;
    const name = topicOf(topic);
    print(
      `\n${topic.records} records of ${formatBytes(topic.recordBytes)}, ${topic.keys} keys`,
    );
    await preload(brokers, { ...topic, topic: name }, tools);
    const rows: Row[] = [];
    for (const planned of rowsOf(topic, clients)) {
      this.#runs += 1;
      const groupId = `${planned.client.name}-${this.#runs}`;
      const measurement = await this.#attempt(planned.client.title, () =>
        measureRow(planned, groupId, {
          brokers,
          endpoint,
          timing: plan.timing,
          logDir,
          records: topic.records,
        }),
      );
      if (!measurement) {
        continue;
      }
      const row = toRow(planned, [measurement]);
      rows.push(row);
      print(lineOf(row));
    }
    await withAdmin(brokers, admin => admin.deleteTopics({ topics: [name] }));
    return rows;
  }

  async #measureIdle(
    kafka: KafkaCluster,
    endpoint: EndpointProcess,
    programs: string,
  ): Promise<IdleQueues[]> {
    const { plan, print, logDir } = this.options;
    const results: IdleQueues[] = [];
    for (const queues of plan.idleQueues) {
      const result = await this.#attempt(`${queues} idle queues`, () =>
        measureIdle(queues, {
          brokers: kafka.plain.brokers,
          endpoint: endpoint.url,
          logDir,
          programs,
        }),
      );
      if (!result) {
        continue;
      }
      results.push(result);
      const { rssMiB, cpuCores, connections } = result;
      print(
        `${queues} idle queues: ${rssMiB} MiB, ${cpuCores} of a core, ${connections} connections`,
      );
    }
    return results;
  }

  async #measurePartition(parts: {
    kafka: KafkaCluster;
    endpoint: EndpointProcess;
    tools: string;
    programs: string;
  }): Promise<OnePartition> {
    const { plan, print, logDir } = this.options;
    const { kafka, endpoint, tools, programs } = parts;
    const { brokers } = kafka.plain;
    const topic = { name: 'one-partition', records: plan.partitionRecords };
    await preload(
      brokers,
      {
        ...{ topic: topic.name, records: topic.records },
        ...{ recordBytes: 100, keys: 'uniform', partitions: 1 },
      },
      tools,
    );
    const result = await measurePartition(topic, {
      ...{ brokers, endpoint, logDir, programs },
    });
    const { ratePerSecond, positionBehindSeconds, rssMiB } = result;
    print(
      `One partition: ${ratePerSecond}/s, position at most ${positionBehindSeconds} s behind, ${rssMiB.early} MiB early and ${rssMiB.late} MiB late`,
    );
    return result;
  }

  async #measurePortal(
    kafka: KafkaCluster,
    endpoint: EndpointProcess,
    tools: string,
  ): Promise<number> {
    const { brokers } = kafka.plain;
    await preload(brokers, PORTAL_TOPIC, tools);
    const p99Ms = await measurePortal({
      brokers,
      endpoint,
      topic: PORTAL_TOPIC.topic,
      logDir: this.options.logDir,
    });
    this.options.print(
      `The portal's catalog beside a saturated queue: p99 ${p99Ms} ms`,
    );
    return p99Ms;
  }
}

/** The endpoint's own JVM is compiled before the first client calls it. */
async function warmUpEndpoint(endpoint: EndpointProcess): Promise<number> {
  await endpoint.setLatency(0);
  await endpoint.ceiling(64, 5);
  return endpoint.ceiling(64, 3);
}

function lineOf(row: Row): string {
  const { min, median, max } = row.ratePerSecond;
  return [
    `  ${String(row.latencyMs).padStart(3)} ms`,
    titleOf(row).padEnd(28),
    `${String(median).padStart(6)}/s (${min} to ${max})`.padEnd(28),
    `${row.cpuSecondsPer100k.toFixed(1).padStart(6)} CPU s/100k`,
    `${String(row.rssMiB).padStart(5)} MiB`,
    `${row.orderViolations} out of order`,
  ].join('  ');
}
