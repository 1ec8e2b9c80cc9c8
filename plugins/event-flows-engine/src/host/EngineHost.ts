import { Worker } from 'node:worker_threads';
import { assertAllowLists } from '../address/AddressPolicy';
import { failedReport } from '../failedReport';
import { backoffMs } from '../queue/Backoff';
import type {
  BrokerAdmin,
  DeliveryEngine,
  DesiredQueue,
  EngineLogEntry,
  EngineOptions,
  QueueReport,
} from '../types';
import { WorkerLink } from './WorkerLink';

const RESTART_BACKOFF = { firstMs: 1_000, maxMs: 30_000 };
/** A worker that lived so long is not one that cannot start. */
const HEALTHY_AFTER_MS = 60_000;
/** On top of the time that requests in flight get. */
const CLOSE_DEADLINE_MS = 20_000;

/** V8 lets that of a busy thread grow to three times as much, and gains nothing here. */
const YOUNG_GENERATION_MIB = 48;

/** What a host takes from its surroundings; tests give others. */
export interface EngineHostSurroundings {
  startWorker(options: EngineOptions): Worker;
  now(): number;
  random(): number;
}

/** An engine in a thread that is watched over; see {@link createEngineHost}. */
export class EngineHost implements DeliveryEngine {
  readonly admin: BrokerAdmin;
  #link: WorkerLink;
  #desired: DesiredQueue[] = [];
  #isClosed = false;
  #deaths = 0;
  #startedAtMs = 0;
  #restart: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: EngineOptions,
    private readonly log: (entry: EngineLogEntry) => void,
    private readonly surroundings: EngineHostSurroundings,
  ) {
    this.#link = this.#start();
    this.admin = this.#createAdmin();
  }

  async apply(queues: DesiredQueue[]): Promise<QueueReport[]> {
    if (this.#isClosed) {
      throw new Error('The engine is closed');
    }
    this.#desired = queues;
    return this.#link.call('apply', [queues]);
  }

  async reports(): Promise<QueueReport[]> {
    return this.#link.isAlive
      ? this.#link.call('reports', [])
      : this.#desired.map(({ id }) =>
          failedReport(
            id,
            'The delivery engine ended unexpectedly and is being started again',
          ),
        );
  }

  async close(): Promise<QueueReport[]> {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    if (!this.#link.isAlive) {
      return [];
    }
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(),
      this.options.drainTimeoutMs + CLOSE_DEADLINE_MS,
    );
    try {
      return await this.#link.call('close', [], { signal: deadline.signal });
    } finally {
      clearTimeout(timer);
      await this.#link.terminate();
    }
  }

  #start(): WorkerLink {
    this.#startedAtMs = this.surroundings.now();
    const worker = this.surroundings.startWorker(this.options);
    return new WorkerLink(worker, this.log, reason => this.#onDeath(reason));
  }

  #onDeath(reason: string) {
    if (this.#isClosed) {
      return;
    }
    const { now, random } = this.surroundings;
    const wasHealthy = now() - this.#startedAtMs > HEALTHY_AFTER_MS;
    this.#deaths = wasHealthy ? 1 : this.#deaths + 1;
    const waitMs = backoffMs(this.#deaths, random, RESTART_BACKOFF);
    this.log({
      level: 'error',
      message: `The delivery engine ended unexpectedly (${reason}); it is started again`,
      fields: { deaths: this.#deaths, retryInMs: waitMs },
    });
    this.#restart = setTimeout(() => this.#startAgain(), waitMs);
  }

  #startAgain() {
    this.#link = this.#start();
    this.#link.call('apply', [this.#desired]).catch((error: Error) =>
      this.log({
        level: 'error',
        message: `The delivery engine could not take up its queues again: ${error.message}`,
      }),
    );
  }

  #createAdmin(): BrokerAdmin {
    return {
      probe: (access, options = {}) =>
        this.#link.call('probe', [access], options),
      topics: (access, options = {}) =>
        this.#link.call('topics', [access], options),
      topic: (access, topic, options = {}) =>
        this.#link.call('topic', [access, topic], options),
      ensurePositions: (access, position, options = {}) =>
        this.#link.call('ensurePositions', [access, position], options),
      groupMembers: (access, groupId, options = {}) =>
        this.#link.call('groupMembers', [access, groupId], options),
    };
  }
}

/**
 * Runs the delivery engine in a worker thread: a saturated queue or a hostile
 * record does not slow down whatever else this process does. If the thread
 * dies it is started again with the queues that were wanted last.
 *
 * @throws Error that names the entry of an allow-list that is not understood.
 *
 * @public
 */
export function createEngineHost(
  options: EngineOptions,
  log: (entry: EngineLogEntry) => void,
): DeliveryEngine {
  // Refused here, where it can be told, and not in a thread that then dies.
  assertAllowLists(options);
  return new EngineHost(options, log, {
    startWorker: workerOptions =>
      new Worker(require.resolve('@event-flows/engine/worker'), {
        name: 'event-flows-engine',
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
        workerData: { options: workerOptions },
      }),
    now: Date.now,
    random: Math.random,
  });
}
