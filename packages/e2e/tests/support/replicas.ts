import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { startPortal } from '@event-flows/demo';
import {
  freePorts,
  PostgresDatabase,
  startRecordingEndpoint,
  type ManagedProcess,
  type RecordingEndpoint,
} from '@event-flows/testbed';

const root = resolve(__dirname, '../../../..');

/** Several backends of one portal, on one PostgreSQL database. */
export interface Replicas {
  /** The address of each; the demo's people can sign in at any. */
  readonly urls: string[];
  readonly processes: ManagedProcess[];
  /** Stands where the demo's algorithms would. */
  readonly endpoint: RecordingEndpoint;
  stop(): Promise<void>;
}

/** Starts the backends one after the other: the first creates the tables. */
export async function startReplicas(count: number): Promise<Replicas> {
  const database = await PostgresDatabase.create();
  const endpoint = await startRecordingEndpoint();
  const ports = await freePorts(count);
  const processes: ManagedProcess[] = [];
  const urls = ports.map(port => `http://localhost:${port}`);
  for (const port of ports) {
    const logFile = resolve(root, `.local/e2e/replica-${processes.length}.log`);
    await rm(logFile, { force: true });
    processes.push(
      await startPortal({
        root,
        url: `http://127.0.0.1:${port}`,
        configs: ['packages/e2e/app-config.replicas.yaml'],
        logFile,
        env: {
          ...process.env,
          EVENT_FLOWS_PORT: String(port),
          EVENT_FLOWS_ALGORITHMS_PORT: String(endpoint.port),
          POSTGRES_CONNECTION: database.url,
        },
      }),
    );
  }
  return {
    urls,
    processes,
    endpoint,
    async stop() {
      await Promise.all(processes.map(process => process.stop()));
      await endpoint.close();
      await database.drop();
    },
  };
}
