import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FaultProxy } from '../FaultProxy';
import { ManagedProcess } from '../ManagedProcess';
import { freePorts } from '../ports';
import { ensureKafka, type KafkaJars } from './jars';
import { AUTHORIZATION, SINGLE_NODE, toText } from './serverProperties';
import { format, newClusterId } from './startKafka';
import { APP_USER } from './users';

const run = promisify(execFile);

/** One broker of a cluster; it can fail without the others. */
export interface KafkaNode {
  /** As the cluster's metadata names it. */
  readonly id: number;
  /** The network between the broker and those who connect to `linked`. */
  readonly link: FaultProxy;
  readonly process: ManagedProcess;
  /** Ends the broker in good order and keeps its data. */
  stop(): Promise<void>;
  /** Ends the broker at once (SIGKILL) and keeps its data. */
  kill(): Promise<void>;
  /** Starts the broker again, on the same ports and data; does nothing while it runs. */
  start(): Promise<void>;
}

/** An Apache Kafka of several brokers, each of which is a controller as well. */
export interface KafkaNodes {
  readonly nodes: readonly KafkaNode[];
  /** Addresses that no fault of a link touches. */
  readonly direct: string[];
  /** The same brokers, through their links; this is also what they advertise there. */
  readonly linked: string[];
  /** Without encryption, with SCRAM-SHA-512. */
  readonly signIn: { brokers: string[]; username: string; password: string };
  /** Changes the password of the user of `signIn`. */
  changePassword(password: string): Promise<void>;
  /** Ends all brokers and removes their data. */
  stop(): Promise<void>;
}

interface NodePorts {
  direct: number;
  linked: number;
  signIn: number;
  controller: number;
}

class Node implements KafkaNode {
  #process: ManagedProcess | undefined;

  constructor(
    readonly id: number,
    readonly link: FaultProxy,
    private readonly spawn: () => Promise<ManagedProcess>,
  ) {}

  get process() {
    if (!this.#process) {
      throw new Error(`Broker ${this.id} was not started`);
    }
    return this.#process;
  }

  async start() {
    if (!this.#process?.running) {
      this.#process = await this.spawn();
    }
  }

  async stop() {
    await this.#process?.stop({ graceMs: 30_000 });
  }

  async kill() {
    await this.#process?.kill();
  }
}

/**
 * Starts a cluster of so many brokers and resolves when all take connections.
 * They end with this process, however that ends.
 */
export async function startKafkaNodes(options: {
  count: number;
  /** Where the brokers' logs go. */
  logFolder: string;
}): Promise<KafkaNodes> {
  const jars = await ensureKafka();
  const dataDir = await mkdtemp(join(tmpdir(), 'event-flows-kafka-'));
  const ports = await choosePorts(options.count);
  const clusterId = newClusterId();
  const nodes: Node[] = [];
  const stop = async () => {
    await Promise.all(nodes.map(node => node.kill()));
    await Promise.all(nodes.map(node => node.link.close()));
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    for (const [index, { linked }] of ports.entries()) {
      const id = index + 1;
      const folder = join(dataDir, String(id));
      const link = await FaultProxy.start({ targetPort: linked });
      const propertiesFile = join(folder, 'server.properties');
      const text = properties({ id, folder, ports, advertised: link.port });
      await mkdir(folder);
      await writeFile(propertiesFile, text, { mode: 0o600 });
      nodes.push(
        new Node(id, link, () =>
          begin({
            jars,
            propertiesFile,
            name: `Broker ${id}`,
            logFile: join(options.logFolder, `broker-${id}.log`),
            dataDir,
          }),
        ),
      );
      await format(jars, propertiesFile, clusterId);
    }
    // None is ready before a majority of the controllers is there.
    await Promise.all(nodes.map(node => node.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const direct = ports.map(port => `127.0.0.1:${port.direct}`);
  return {
    nodes,
    direct,
    linked: nodes.map(node => `127.0.0.1:${node.link.port}`),
    signIn: {
      brokers: ports.map(({ signIn }) => `127.0.0.1:${signIn}`),
      ...APP_USER,
    },
    changePassword: password => changePassword(jars, direct[0], password),
    stop,
  };
}

async function choosePorts(count: number): Promise<NodePorts[]> {
  const free = await freePorts(count * 4);
  return Array.from({ length: count }, (_, index) => {
    const [direct, linked, signIn, controller] = free.slice(index * 4);
    return { direct, linked, signIn, controller };
  });
}

function properties(options: {
  id: number;
  folder: string;
  ports: readonly NodePorts[];
  advertised: number;
}): string {
  const { id, folder, ports, advertised } = options;
  const { direct, linked, signIn, controller } = ports[id - 1];
  const copies = String(Math.min(3, ports.length));
  const inSync = String(Math.min(2, ports.length));
  return toText({
    ...SINGLE_NODE,
    ...AUTHORIZATION,
    'process.roles': 'broker,controller',
    'node.id': String(id),
    'controller.quorum.voters': ports
      .map((node, index) => `${index + 1}@127.0.0.1:${node.controller}`)
      .join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'DIRECT',
    listeners: [
      `DIRECT://127.0.0.1:${direct}`,
      `LINKED://127.0.0.1:${linked}`,
      `SIGNIN://127.0.0.1:${signIn}`,
      `CONTROLLER://127.0.0.1:${controller}`,
    ].join(','),
    'advertised.listeners': [
      `DIRECT://127.0.0.1:${direct}`,
      `LINKED://127.0.0.1:${advertised}`,
      `SIGNIN://127.0.0.1:${signIn}`,
    ].join(','),
    'listener.security.protocol.map':
      'DIRECT:PLAINTEXT,LINKED:PLAINTEXT,SIGNIN:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
    'listener.name.signin.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.signin.scram-sha-512.sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': 'false',
    'delete.topic.enable': 'true',
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
    'min.insync.replicas': inSync,
  });
}

function begin(options: {
  jars: KafkaJars;
  propertiesFile: string;
  name: string;
  logFile: string;
  dataDir: string;
}): Promise<ManagedProcess> {
  return ManagedProcess.start({
    name: options.name,
    command: 'java',
    args: [
      ...['-Xmx384m', '-XX:+UseSerialGC'],
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
      '-Dorg.slf4j.simpleLogger.showDateTime=true',
      '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
      ...['-cp', options.jars.classPath, 'kafka.Kafka', options.propertiesFile],
    ],
    logFile: options.logFile,
    readyLine: /Kafka Server started/,
    readyTimeoutMs: 120_000,
    removeIfOrphaned: options.dataDir,
  });
}

/** Only Kafka's own tool can; no client for Node knows the request. */
async function changePassword(
  { classPath }: KafkaJars,
  broker: string,
  password: string,
): Promise<void> {
  await run('java', [
    ...['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', classPath],
    ...['org.apache.kafka.tools.ConfigCommand', '--bootstrap-server', broker],
    ...['--alter', '--entity-type', 'users'],
    ...['--entity-name', APP_USER.username],
    ...['--add-config', `SCRAM-SHA-512=[password=${password}]`],
  ]);
}
