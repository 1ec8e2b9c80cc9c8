import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts, ManagedProcess } from '@event-flows/testbed';

const run = promisify(execFile);

/** What came to the endpoint since it was last reset. */
export interface Arrivals {
  /** Requests that were answered. */
  answered: number;
  /** Requests for a record that had come before. */
  duplicates: number;
  /**
   * Requests that came before their predecessor of the same key had come, or
   * before that was answered.
   */
  orderViolations: number;
}

/** The endpoint's process (`java/Endpoint.java`), seen from the bench. */
export class EndpointProcess {
  static async start(options: {
    classPath: string;
    logDir: string;
  }): Promise<EndpointProcess> {
    const { classPath, logDir } = options;
    const [port, controlPort] = await freePorts(2);
    const server = await ManagedProcess.start({
      name: 'The endpoint',
      command: 'java',
      args: [
        ...['-Xmx256m', '-XX:+UseSerialGC', '-cp', classPath],
        ...['Endpoint', String(port), String(controlPort)],
      ],
      logFile: join(logDir, 'endpoint.log'),
      readyLine: /listens/,
    });
    return new EndpointProcess(server, classPath, port, controlPort);
  }

  private constructor(
    private readonly server: ManagedProcess,
    private readonly classPath: string,
    readonly port: number,
    private readonly controlPort: number,
  ) {}

  get pid(): number {
    return this.server.pid;
  }

  /** Where records are sent to. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/records`;
  }

  arrivals(): Promise<Arrivals> {
    return this.#ask('/arrivals');
  }

  /** Forgets what came. */
  async reset(): Promise<void> {
    await this.#ask('/reset');
  }

  /** Answers after so many milliseconds from now on. */
  async setLatency(latencyMs: number): Promise<void> {
    await this.#ask(`/latency?${latencyMs}`);
  }

  /** Requests a second that it answers to a client which does nothing but ask. */
  async ceiling(connections: number, seconds: number): Promise<number> {
    const { stdout } = await run('java', [
      ...['-Xmx128m', '-cp', this.classPath, 'LoadGenerator'],
      ...[this.port, connections, seconds].map(String),
    ]);
    return Number(stdout);
  }

  async stop(): Promise<void> {
    await this.server.kill();
  }

  async #ask(path: string): Promise<Arrivals> {
    const response = await fetch(`http://127.0.0.1:${this.controlPort}${path}`);
    return (await response.json()) as Arrivals;
  }
}
