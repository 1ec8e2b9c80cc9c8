import {
  spawn,
  type ChildProcess,
  type ChildProcessByStdio,
} from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';

const TAIL_LINES = 40;

export interface ManagedProcessOptions {
  /** How messages call the process, for example "Kafka". */
  name: string;
  command: string;
  args: readonly string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** A file that everything the process prints is appended to. */
  logFile?: string;
  /** The process counts as started once a printed line matches; default: at once. */
  readyLine?: RegExp;
  /** Milliseconds to wait for the ready line (default 60,000). */
  readyTimeoutMs?: number;
  /** A temporary folder to remove if this process dies without stopping the other first. */
  removeIfOrphaned?: string;
}

/** How a process ended: one of the two is set. */
export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process could not be started, or ended when it should not have. */
export class ManagedProcessError extends Error {
  constructor(
    message: string,
    /** The last lines that the process printed. */
    readonly tail: string,
    options?: ErrorOptions,
  ) {
    super(tail ? `${message}\n${tail}` : message, options);
    this.name = 'ManagedProcessError';
  }
}

/**
 * A child process that cannot outlive this one.
 *
 * It runs in a process group of its own, so that Ctrl-C in a terminal reaches
 * only us and we decide in which order things stop. In return a tiny guard
 * watches a pipe from us: when we are gone, however that came about, the pipe
 * closes and the guard kills the child.
 */
export class ManagedProcess {
  /** Starts the process and resolves when it is ready. */
  static async start(options: ManagedProcessOptions): Promise<ManagedProcess> {
    const child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      await once(child, 'spawn');
    } catch (cause) {
      throw new ManagedProcessError(
        `${options.name} could not be started: ${String(cause)}`,
        '',
        { cause },
      );
    }
    const started = new ManagedProcess(options, child, pidOf(child));
    try {
      await started.#ready;
    } catch (error) {
      await started.kill();
      throw error;
    }
    return started;
  }

  /** Settles when the process has ended and its log holds all that it printed. */
  readonly exited: Promise<ProcessExit>;

  readonly #ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #tail: string[] = [];

  private constructor(
    private readonly options: ManagedProcessOptions,
    child: ChildProcessByStdio<null, Readable, Readable>,
    readonly pid: number,
  ) {
    this.#child = child;
    const guard = startGuard(pid, options.removeIfOrphaned);
    const log = options.logFile ? openLog(options.logFile) : undefined;
    this.exited = new Promise((resolve, reject) => {
      child.once('close', (code, signal) => {
        guard.kill('SIGKILL');
        const closed = log ? finished(log.end()) : Promise.resolve();
        closed.then(() => resolve({ code, signal }), reject);
      });
    });
    this.#ready = this.#watch(child, log);
    // `start` and `stop` await them; until then a failure must not count as unhandled.
    this.exited.catch(() => {});
    this.#ready.catch(() => {});
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The last lines that the process printed. */
  tail(): string {
    return this.#tail.join('\n');
  }

  /** What to report when the process ended although it should run. */
  failure(): ManagedProcessError {
    const { name, logFile } = this.options;
    return new ManagedProcessError(
      `${name} ended unexpectedly (${describeEnd(this.#child)}).${introduce(logFile)}`,
      this.tail(),
    );
  }

  /** Asks the process to end (SIGTERM), and kills it after the grace period. */
  async stop(options: { graceMs?: number } = {}): Promise<ProcessExit> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(
      () => this.#child.kill('SIGKILL'),
      options.graceMs ?? 10_000,
    );
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Kills the process (SIGKILL): it gets no chance to say goodbye. */
  async kill(): Promise<ProcessExit> {
    this.#child.kill('SIGKILL');
    return this.exited;
  }

  /** Halts the process where it stands (SIGSTOP): it keeps its sockets and answers nothing. */
  suspend(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Lets a suspended process go on (SIGCONT). */
  resume(): void {
    this.#child.kill('SIGCONT');
  }

  #watch(
    child: ChildProcessByStdio<null, Readable, Readable>,
    log: WriteStream | undefined,
  ): Promise<void> {
    const { name, logFile, readyLine, readyTimeoutMs = 60_000 } = this.options;
    return new Promise((resolve, reject) => {
      const fail = (what: string) => {
        reject(
          new ManagedProcessError(
            `${name} ${what}.${introduce(logFile)}`,
            this.tail(),
          ),
        );
      };
      const timer =
        readyLine &&
        setTimeout(
          () => fail(`was not ready after ${readyTimeoutMs} ms`),
          readyTimeoutMs,
        );
      if (!readyLine) {
        resolve();
      }
      const onLine = (line: string) => {
        this.#tail.push(line);
        if (this.#tail.length > TAIL_LINES) {
          this.#tail.shift();
        }
        if (readyLine?.test(line)) {
          clearTimeout(timer);
          resolve();
        }
      };
      for (const stream of [child.stdout, child.stderr]) {
        forEachLine(stream, onLine);
        if (log) {
          stream.on('data', chunk => log.write(chunk));
        }
      }
      child.once('close', () => {
        clearTimeout(timer);
        fail(`ended before it was ready (${describeEnd(child)})`);
      });
    });
  }
}

function openLog(file: string): WriteStream {
  mkdirSync(dirname(file), { recursive: true });
  return createWriteStream(file, { flags: 'a' });
}

function describeEnd({ signalCode, exitCode }: ChildProcess): string {
  return signalCode ?? `exit code ${exitCode}`;
}

function introduce(logFile: string | undefined): string {
  return logFile ? ` Its log is ${logFile}, which ends so:` : '';
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) {
    throw new Error('A process that was spawned has no process id');
  }
  return child.pid;
}

/**
 * `read` returns when our end of the pipe is closed, which the operating system
 * does for us even after SIGKILL.
 */
function startGuard(pid: number, removeIfOrphaned = ''): ChildProcess {
  const script = `read -r _
    kill -9 "$1" 2>/dev/null
    while kill -0 "$1" 2>/dev/null; do sleep 0.1; done
    [ -z "$2" ] || rm -rf "$2"`;
  const guard = spawn(
    'sh',
    ['-c', script, 'guard', String(pid), removeIfOrphaned],
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  guard.unref();
  // Neither the pipe nor the guard keeps our event loop alive.
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}

function forEachLine(stream: Readable, onLine: (line: string) => void) {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  stream.on('end', () => {
    if (rest) {
      onLine(rest);
    }
  });
}
