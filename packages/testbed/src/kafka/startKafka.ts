import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ManagedProcess, ManagedProcessError } from '../ManagedProcess';
import { freePorts } from '../ports';
import { ensureCertificates, type Certificates } from './certificates';
import { ensureKafka, type KafkaJars } from './jars';
import {
  serverProperties,
  type BrokerPorts,
  type ListenerName,
} from './serverProperties';
import { ADMIN, APP_USER } from './users';

const run = promisify(execFile);

export interface KafkaOptions {
  /** The doors to open (default: all three). The plain one is always open: the broker talks to itself there. */
  listeners?: readonly ListenerName[];
  /** Ports on 127.0.0.1; those left out are free ones. */
  ports?: Partial<BrokerPorts>;
  /** Where the broker keeps its data. Default: a temporary folder that `stop` removes. A given folder is kept and can be started from again. */
  dataDir?: string;
  /** Settings of the broker that replace the testbed's own. */
  properties?: Record<string, string>;
  /** The broker's heap as `-Xmx` takes it (default "512m"). */
  heap?: string;
  /** Where the broker's log goes (default: `kafka.log` in the data folder). */
  logFile?: string;
  /** Milliseconds until the broker must be ready (default 60,000). */
  readyTimeoutMs?: number;
}

/** A running Apache Kafka of one node; everything in it is reached on 127.0.0.1. */
export interface KafkaCluster {
  readonly version: string;
  /** No encryption, no sign-in; its clients may do everything. */
  readonly plain: { brokers: string[] };
  /** TLS by a private authority; SCRAM-SHA-512, SCRAM-SHA-256 and PLAIN know the user `app`. */
  readonly sasl: {
    brokers: string[];
    ca: string;
    username: string;
    password: string;
  };
  /** TLS by the same authority; a client certificate is required. */
  readonly mutualTls: {
    brokers: string[];
    ca: string;
    cert: string;
    key: string;
  };
  /** PEM of an authority that has nothing to do with this cluster. */
  readonly unrelatedCa: string;
  /** The broker's process, another one after each `restart`. */
  readonly process: ManagedProcess;
  /** The id of that process. */
  readonly pid: number;
  /** Ends the broker in good order; removes the data folder if it was a temporary one. */
  stop(): Promise<void>;
  /** Ends the broker at once (SIGKILL) and keeps its data for `restart`. */
  kill(): Promise<void>;
  /** Starts the broker again, on the same ports and data; a running one is stopped first. */
  restart(): Promise<void>;
}

/** All that is needed to start the broker, any number of times. */
interface KafkaNode {
  version: string;
  ports: BrokerPorts;
  certificates?: Certificates;
  start(): Promise<ManagedProcess>;
  removeTemporaryData(): Promise<void>;
}

class SingleNodeCluster implements KafkaCluster {
  constructor(
    private readonly node: KafkaNode,
    private broker: ManagedProcess,
  ) {}

  get version() {
    return this.node.version;
  }

  get process() {
    return this.broker;
  }

  get pid() {
    return this.broker.pid;
  }

  get plain() {
    return { brokers: this.#address('plain') };
  }

  get sasl() {
    const { ca } = this.#certificates();
    return { brokers: this.#address('sasl'), ca, ...APP_USER };
  }

  get mutualTls() {
    const { ca, clientCert, clientKey } = this.#certificates();
    const brokers = this.#address('mutualTls');
    return { brokers, ca, cert: clientCert, key: clientKey };
  }

  get unrelatedCa() {
    return this.#certificates().unrelatedCa;
  }

  async stop() {
    await this.broker.stop();
    await this.node.removeTemporaryData();
  }

  async kill() {
    await this.broker.kill();
  }

  async restart() {
    await this.broker.stop();
    this.broker = await this.node.start();
  }

  #address(listener: ListenerName): string[] {
    const port = this.node.ports[listener];
    if (port === undefined) {
      throw new Error(`This cluster was started without "${listener}"`);
    }
    return [`127.0.0.1:${port}`];
  }

  #certificates(): Certificates {
    if (!this.node.certificates) {
      throw new Error('This cluster was started without TLS');
    }
    return this.node.certificates;
  }
}

/**
 * Starts Apache Kafka and resolves when it takes connections (3 to 5 seconds).
 * The broker ends with this process, however that ends.
 *
 * @throws MissingToolError when Java, Maven or openssl has to be installed first.
 * @throws ManagedProcessError when the broker did not come up; it carries the end of its log.
 */
export async function startKafka(
  options: KafkaOptions = {},
): Promise<KafkaCluster> {
  const jars = await ensureKafka();
  const isTemporary = options.dataDir === undefined;
  const dataDir = resolve(
    options.dataDir ?? (await mkdtemp(join(tmpdir(), 'event-flows-kafka-'))),
  );
  try {
    await mkdir(dataDir, { recursive: true });
    const node = await prepareNode(jars, dataDir, isTemporary, options);
    const broker = await node.start();
    return new SingleNodeCluster(node, broker);
  } catch (error) {
    if (isTemporary) {
      await rm(dataDir, { recursive: true, force: true });
    }
    throw error;
  }
}

async function prepareNode(
  jars: KafkaJars,
  dataDir: string,
  isTemporary: boolean,
  options: KafkaOptions,
): Promise<KafkaNode> {
  const listeners = new Set<ListenerName>(
    options.listeners ?? ['plain', 'sasl', 'mutualTls'],
  ).add('plain');
  const ports = await choosePorts(listeners, options.ports);
  const certificates =
    listeners.size > 1
      ? await ensureCertificates(join(dataDir, 'certificates'))
      : undefined;

  const propertiesFile = join(dataDir, 'server.properties');
  await writeFile(
    propertiesFile,
    serverProperties({
      ...{ dataDir, ports, certificates },
      properties: options.properties,
    }),
    { mode: 0o600 },
  );
  if (!existsSync(join(dataDir, 'data', 'meta.properties'))) {
    await format(jars, propertiesFile);
  }

  return {
    version: jars.version,
    ports,
    certificates,
    start: () =>
      ManagedProcess.start({
        name: 'Kafka',
        command: 'java',
        args: [
          `-Xmx${options.heap ?? '512m'}`,
          '-XX:+UseSerialGC',
          // Warnings, and that it is ready; the rest would bury why it did not start.
          '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
          '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
          '-Dorg.slf4j.simpleLogger.showDateTime=true',
          '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
          ...['-cp', jars.classPath, 'kafka.Kafka', propertiesFile],
        ],
        logFile: options.logFile ?? join(dataDir, 'kafka.log'),
        readyLine: /Kafka Server started/,
        readyTimeoutMs: options.readyTimeoutMs,
        removeIfOrphaned: isTemporary ? dataDir : undefined,
      }),
    removeTemporaryData: async () => {
      if (isTemporary) {
        await rm(dataDir, { recursive: true, force: true });
      }
    },
  };
}

async function choosePorts(
  listeners: ReadonlySet<ListenerName>,
  given: Partial<BrokerPorts> = {},
): Promise<BrokerPorts> {
  const free = await freePorts(listeners.size + 1);
  const ports: BrokerPorts = {
    controller: given.controller ?? free[listeners.size],
  };
  [...listeners].forEach((name, index) => {
    ports[name] = given[name] ?? free[index];
  });
  return ports;
}

/** The leading letter keeps an id that starts with "-" from reading like an option. */
export function newClusterId(): string {
  return `E${randomBytes(16).toString('base64url').slice(1)}`;
}

/** Gives the data folder its cluster id and the accounts for SCRAM. */
export async function format(
  jars: KafkaJars,
  propertiesFile: string,
  clusterId = newClusterId(),
): Promise<void> {
  const accounts = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap(mechanism =>
    [ADMIN, APP_USER].flatMap(({ username, password }) => [
      '--add-scram',
      `${mechanism}=[name=${username},password=${password}]`,
    ]),
  );
  try {
    await run('java', [
      ...['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', jars.classPath],
      'kafka.tools.StorageTool',
      ...['format', '-t', clusterId, '-c', propertiesFile, ...accounts],
    ]);
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    throw new ManagedProcessError(
      'The data folder of Kafka could not be formatted',
      stderr,
      { cause },
    );
  }
}
