import { join } from 'node:path';
import { freePorts, ManagedProcess } from '@event-flows/testbed';
import type { EndpointMode, LogEntry } from '../endpoint/protocol';

/** The endpoint of all algorithms, in another process. */
export class EndpointProcess {
  static async start(options: {
    root: string;
    logFolder: string;
  }): Promise<EndpointProcess> {
    const folder = join(options.root, 'packages/faults');
    const [port, controlPort] = await freePorts(2);
    const process_ = await ManagedProcess.start({
      name: 'The endpoint',
      command: process.execPath,
      args: [
        ...['--import', '@backstage/cli/config/nodeTransform.cjs'],
        'src/endpoint/main.ts',
        ...[String(port), String(controlPort)],
      ],
      cwd: folder,
      logFile: join(options.logFolder, 'endpoint.log'),
      readyLine: /The endpoint listens/,
    });
    return new EndpointProcess(process_, port, controlPort);
  }

  private constructor(
    private readonly process: ManagedProcess,
    readonly port: number,
    private readonly controlPort: number,
  ) {}

  /** From now on it answers so. */
  async become(mode: EndpointMode): Promise<void> {
    await this.#control('', { method: 'PUT', body: JSON.stringify(mode) });
  }

  /** What it has logged of a topic, without so many of the first entries. */
  async logOf(topic: string, since: number): Promise<LogEntry[]> {
    return (await this.#control(`?topic=${topic}&since=${since}`)).json();
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }

  #control(query: string, init?: RequestInit): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.controlPort}/${query}`, init);
  }
}
