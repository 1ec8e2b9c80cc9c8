import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startPortal, waitForAlgorithms } from '@event-flows/demo';
import { EventFlowsClient } from '@event-flows/backstage-plugin-event-flows-common';
import { freePort, type ManagedProcess } from '@event-flows/testbed';

/** The demo's administrator, who may do everything. */
const ADMINISTRATOR = 'user:default/ada';
/** So long may a backend take to deliver what it has in hand. */
const STOP_GRACE_MS = 40_000;

/** The client libraries with which the engine can read and write records. */
export const DRIVERS = ['kafkajs', 'platformatic'] as const;

/** One of {@link DRIVERS}. */
export type Driver = (typeof DRIVERS)[number];

/** Where a backend finds everything else. */
export interface BackendSurroundings {
  root: string;
  driver: Driver;
  logFolder: string;
  endpointPort: number;
  postgresUrl: string;
}

/** One backend of the portal, in its own process. */
export class Backend {
  readonly client: EventFlowsClient;
  readonly #url: string;
  readonly #stallFile: string;
  readonly #logFile: string;
  #process: ManagedProcess | undefined;
  #readyAt = 0;
  #token: Promise<string> | undefined;

  static async create(
    name: string,
    surroundings: BackendSurroundings,
  ): Promise<Backend> {
    return new Backend(name, await freePort(), surroundings);
  }

  private constructor(
    readonly name: string,
    private readonly port: number,
    private readonly surroundings: BackendSurroundings,
  ) {
    this.#url = `http://127.0.0.1:${port}`;
    this.#logFile = join(surroundings.logFolder, `${name}.log`);
    this.#stallFile = join(surroundings.logFolder, `${name}.stalls`);
    this.client = new EventFlowsClient({
      discoveryApi: {
        getBaseUrl: async plugin => `${this.#url}/api/${plugin}`,
      },
      fetchApi: { fetch: (input, init) => this.#fetch(input, init) },
    });
  }

  get running(): boolean {
    return this.#process?.running ?? false;
  }

  /** Its process, while it runs. */
  get pid(): number | undefined {
    return this.running ? this.#process?.pid : undefined;
  }

  /** What it has logged since its last start. */
  readLog(): Promise<string> {
    return readFile(this.#logFile, 'utf8');
  }

  /** Starts it and resolves when it is ready; does nothing while it runs. */
  async start(): Promise<void> {
    if (this.running) {
      return;
    }
    const { root, driver, endpointPort, postgresUrl } = this.surroundings;
    await rm(this.#stallFile, { force: true });
    this.#process = await startPortal({
      root,
      url: this.#url,
      configs: ['packages/faults/app-config.faults.yaml'],
      logFile: this.#logFile,
      env: {
        ...process.env,
        EVENT_FLOWS_PORT: String(this.port),
        EVENT_FLOWS_ALGORITHMS_PORT: String(endpointPort),
        EVENT_FLOWS_DRIVER: driver,
        POSTGRES_CONNECTION: postgresUrl,
        EVENT_FLOWS_STALL_FILE: this.#stallFile,
        NODE_OPTIONS: `--require ${join(root, 'packages/faults/src/harness/stallWatch.cjs')}`,
      },
    });
    this.#readyAt = Date.now();
    this.#token = undefined;
  }

  /** Resolves when its catalog holds the algorithms of the examples. */
  async waitForCatalog(): Promise<void> {
    if (this.#process) {
      await waitForAlgorithms(this.#process, this.#url);
    }
  }

  /** As a deployment stops it: SIGTERM, and time to finish. */
  async stop(): Promise<void> {
    await this.#process?.stop({ graceMs: STOP_GRACE_MS });
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** The longest hold-up of its event loop in a span of time, in milliseconds; its start does not count. */
  async longestStallMs(from: number, to: number): Promise<number> {
    const text = await readFile(this.#stallFile, 'utf8').catch(() => '');
    const begin = Math.max(from, this.#readyAt + 1_000);
    return text
      .trim()
      .split('\n')
      .map(line => line.split(' ').map(Number))
      .filter(([at]) => at >= begin && at <= to)
      .reduce((longest, [, ms]) => Math.max(longest, ms), 0);
  }

  async #fetch(input: RequestInfo | URL, init?: RequestInit) {
    const send = async (token: Promise<string>) => {
      const headers = new Headers(init?.headers);
      headers.set('authorization', `Bearer ${await token}`);
      return fetch(input, { ...init, headers });
    };
    const token = (this.#token ??= this.#signIn());
    const response = await send(token);
    if (response.status !== 401) {
      return response;
    }
    // Tokens last for an hour, and a soak for longer.
    if (this.#token === token) {
      this.#token = this.#signIn();
    }
    return send(this.#token);
  }

  async #signIn(): Promise<string> {
    const response = await fetch(`${this.#url}/api/auth/demo/refresh`, {
      headers: {
        'x-demo-person': ADMINISTRATOR,
        'x-requested-with': 'XMLHttpRequest',
      },
    });
    if (!response.ok) {
      this.#token = undefined;
      throw new Error(`${this.name} answers ${response.status} to a sign-in`);
    }
    const session = await response.json();
    return session.backstageIdentity.token;
  }
}
