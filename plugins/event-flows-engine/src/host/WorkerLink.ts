import type { Worker } from 'node:worker_threads';
import type { AdminCallOptions, EngineLogEntry } from '../types';
import {
  fromSentError,
  type CallName,
  type EngineCalls,
  type HostMessage,
  type WorkerMessage,
} from './protocol';

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The engine's thread ended before it answered. */
export class EngineEndedError extends Error {
  readonly name = 'EngineEndedError' as const;
}

/** One worker and the calls that it has not answered yet. */
export class WorkerLink {
  readonly #pending = new Map<number, PendingCall>();
  #nextId = 0;
  #end: string | undefined;
  #lastError: string | undefined;

  constructor(
    private readonly worker: Worker,
    private readonly log: (entry: EngineLogEntry) => void,
    private readonly onDeath: (reason: string) => void,
  ) {
    worker.on('message', (message: WorkerMessage) => this.#receive(message));
    worker.on('error', error => {
      this.#lastError = (error as Error).message;
    });
    worker.on('exit', code =>
      this.#die(this.#lastError ?? `exit code ${code}`),
    );
  }

  get isAlive(): boolean {
    return this.#end === undefined;
  }

  /** Calls the engine. With options, an aborted signal ends the call over there. */
  call<N extends CallName>(
    name: N,
    args: unknown[],
    options?: AdminCallOptions,
  ): ReturnType<EngineCalls[N]>;
  async call(
    name: CallName,
    args: unknown[],
    options?: AdminCallOptions,
  ): Promise<unknown> {
    if (this.#end !== undefined) {
      throw endedError(this.#end);
    }
    const { signal, timeoutMs } = options ?? {};
    signal?.throwIfAborted();
    const id = this.#nextId;
    this.#nextId += 1;
    const isAdminCall =
      name !== 'apply' && name !== 'reports' && name !== 'close';
    const cancel = () => {
      this.#send({ kind: 'cancel', id });
      if (!isAdminCall) {
        this.#take(id)?.reject(new Error(`The engine did not ${name} in time`));
      }
    };
    try {
      return await new Promise((resolve, reject) => {
        this.#pending.set(id, { resolve, reject });
        this.#send({
          kind: 'call',
          id,
          name,
          args,
          options: isAdminCall ? { timeoutMs } : undefined,
        });
        signal?.addEventListener('abort', cancel, { once: true });
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Ends the thread; that is no death. */
  async terminate(): Promise<void> {
    this.#end = 'it was closed';
    await this.worker.terminate();
  }

  /** Ends a thread that does not do so by itself: to its owner it dies of this. */
  kill(reason: string): void {
    if (this.#lastError !== undefined) {
      return;
    }
    this.#lastError = reason;
    this.log({
      level: 'error',
      message: `The delivery engine hangs (${reason}); its thread is ended`,
    });
    void this.worker.terminate();
  }

  #send(message: HostMessage) {
    this.worker.postMessage(message);
  }

  #receive(message: WorkerMessage) {
    switch (message.kind) {
      case 'log':
        this.log(message.entry);
        break;
      case 'result':
        this.#take(message.id)?.resolve(message.value);
        break;
      default:
        this.#take(message.id)?.reject(fromSentError(message.error));
    }
  }

  #take(id: number): PendingCall | undefined {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    return call;
  }

  #die(reason: string) {
    const isSurprise = this.#end === undefined;
    this.#end ??= reason;
    this.#pending.forEach(call => call.reject(endedError(reason)));
    this.#pending.clear();
    if (isSurprise) {
      this.onDeath(reason);
    }
  }
}

function endedError(reason: string) {
  return new EngineEndedError(
    `The delivery engine ended unexpectedly (${reason}) and is being started again; try again in a moment`,
  );
}
