import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  freePorts,
  ManagedProcess,
  startRecordingEndpoint,
  type RecordingEndpoint,
} from '@event-flows/testbed';

const repository = resolve(__dirname, '../../../..');

/** Entities that a test writes and changes while the demo runs. */
const changingFile = resolve(repository, '.local/e2e/changing-catalog.yaml');

/** The demo's catalog, and what a good demo does not have. */
const catalogFiles = [
  'examples/all.yaml',
  'packages/e2e/broken-versions.yaml',
  changingFile,
].map(file => resolve(repository, file));

/** What the file holds whatever a test writes: by it, the catalog is told to read the file. */
const ANCHOR = `apiVersion: backstage.io/v1alpha1
kind: System
metadata: { name: changing }
spec: { owner: group:default/nlp }
`;

/** The demo as `./run demo` starts it, on ports and data of its own. */
export interface Demo {
  /** Address of the portal. */
  readonly url: string;
  /** Addresses of the demo's Kafka. */
  readonly brokers: string[];
  /** Where it keeps its state. */
  readonly dataDir: string;
  /** Stands where the demo's algorithms would, and remembers what they get. */
  readonly endpoint: RecordingEndpoint;
  /** Another one that may be called, where no algorithm is at first. */
  readonly elsewhere: RecordingEndpoint;
  /** Replaces the entities (YAML) of the file that the catalog reads again after `system:default/changing` was refreshed. */
  changeCatalog(entities: string): Promise<void>;
  /** The process id of the portal's backend, which a restart changes. */
  portalPid(): Promise<number>;
  /** Ends the portal and Kafka in good order and starts them again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the demo without its producer and with a recording endpoint in place
 * of its algorithms, so that a test decides what is produced and sees every
 * request.
 */
export async function startDemo(): Promise<Demo> {
  const [portalPort, kafkaPort] = await freePorts(2);
  const endpoint = await startRecordingEndpoint();
  const elsewhere = await startRecordingEndpoint();
  const dataDir = resolve(repository, '.local/e2e/demo');
  await rm(dataDir, { recursive: true, force: true });
  await mkdir(dirname(changingFile), { recursive: true });
  const changeCatalog = (entities: string) =>
    writeFile(changingFile, `${ANCHOR}---\n${entities}`);
  await writeFile(changingFile, ANCHOR);

  const start = () =>
    ManagedProcess.start({
      name: 'The demo',
      command: resolve(repository, 'run'),
      args: ['demo'],
      cwd: repository,
      env: {
        ...process.env,
        EVENT_FLOWS_PORT: String(portalPort),
        EVENT_FLOWS_KAFKA_PORT: String(kafkaPort),
        EVENT_FLOWS_ALGORITHMS_PORT: String(endpoint.port),
        EVENT_FLOWS_DATA: dataDir,
        EVENT_FLOWS_EVENTS: 'off',
        EVENT_FLOWS_ALGORITHMS: 'off',
        APP_CONFIG_eventFlows_endpoints_allow: JSON.stringify(
          [endpoint, elsewhere].map(({ url }) => `${url}/`),
        ),
        APP_CONFIG_catalog_locations: JSON.stringify(
          catalogFiles.map(target => ({ type: 'file', target })),
        ),
      },
      logFile: resolve(repository, '.local/e2e/demo.log'),
      readyLine: /Ctrl-C/,
      readyTimeoutMs: 10 * 60_000,
    });

  let running = await start();
  const readReady = async () =>
    JSON.parse(await readFile(resolve(dataDir, 'ready.json'), 'utf8'));
  const { url } = await readReady();
  return {
    url,
    brokers: [`127.0.0.1:${kafkaPort}`],
    dataDir,
    endpoint,
    elsewhere,
    changeCatalog,
    async portalPid() {
      const { pids } = await readReady();
      return pids.portal;
    },
    async restart() {
      await running.stop({ graceMs: 60_000 });
      running = await start();
    },
    async stop() {
      await running.stop({ graceMs: 60_000 });
      await endpoint.close();
      await elsewhere.close();
    },
  };
}
