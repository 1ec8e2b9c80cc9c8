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
  EngineReports,
  QueueReport,
} from '../types';
import { AnswerWatch, HUNG_AFTER_S, type OwedAnswer } from './AnswerWatch';
import { EngineEndedError, WorkerLink } from './WorkerLink';

const RESTART_BACKOFF = { firstMs: 1_000, maxMs: 30_000 };
/** A worker that lived so long is not one that cannot start. */
const HEALTHY_AFTER_MS = 60_000;
/** On top of the time that requests in flight get. */
const CLOSE_DEADLINE_MS = 20_000;

/**
 * Most records are done before a young generation of this size is full, so that
 * nothing of them is copied. The other bound is far above what the memory
 * budget allows: below two gigabytes V8 lets a heap grow so little between two
 * collections that a fifth of the engine's time went into them.
 */
const HEAP = { maxYoungGenerationSizeMb: 96, maxOldGenerationSizeMb: 2_048 };

const ENDED =
  'The delivery engine ended unexpectedly and is being started again';
const SILENT = `The delivery engine does not answer; if that lasts for ${HUNG_AFTER_S} s, it is ended and started again`;

/** What a host takes from its surroundings; tests give others. */
export interface EngineHostSurroundings {
  startWorker(options: EngineOptions): Worker;
  /** @returns what ends it */
  everySecond(tick: () => void): () => void;
  now(): number;
  random(): number;
}

/** An engine in a thread that is watched over; see {@link createEngineHost}. */
export class EngineHost implements DeliveryEngine {
  readonly admin: BrokerAdmin;
  #link: WorkerLink;
  #desired: DesiredQueue[] = [];
  /** The thread's own, which it was asked for last. */
  #current: QueueReport[] = [];
  /** Asked for, and not passed on: what ended is told only once. */
  #asked: OwedAnswer<EngineReports> | undefined;
  readonly #watch = new AnswerWatch();
  readonly #stopWatching: () => void;
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
    this.#stopWatching = surroundings.everySecond(() => this.#tick());
  }

  async apply(queues: DesiredQueue[]): Promise<void> {
    if (this.#isClosed) {
      throw new Error('The engine is closed');
    }
    this.#desired = queues;
    await this.#handOver();
  }

  async reports(): Promise<EngineReports> {
    if (!this.#link.isAlive) {
      return this.#endedReports();
    }
    this.#asked ??= this.#watch.owe(this.#link.call('reports', []));
    const { answer, silence } = this.#asked;
    try {
      const reports = await Promise.race([answer, silence]);
      if (!reports) {
        return this.#silentReports();
      }
      this.#asked = undefined;
      this.#current = reports.current;
      return reports;
    } catch (error) {
      this.#asked = undefined;
      if (error instanceof EngineEndedError) {
        return this.#endedReports();
      }
      throw error;
    }
  }

  async close(): Promise<QueueReport[]> {
    this.#isClosed = true;
    this.#stopWatching();
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

  /** A thread that has ended runs nothing, and gets the list when it starts again. */
  async #handOver() {
    try {
      const applied = this.#link.call('apply', [this.#desired]);
      await this.#watch.owe(applied).answer;
    } catch (error) {
      if (!(error instanceof EngineEndedError)) {
        throw error;
      }
    }
  }

  #tick() {
    this.#watch.tick();
    if (this.#watch.isHung) {
      this.#link.kill(`it did not answer for ${HUNG_AFTER_S} s`);
    }
  }

  /** What it counted is lost; it counts from zero when it runs again. */
  #endedReports(): EngineReports {
    return {
      current: this.#desired.map(({ id }) => failedReport(id, ENDED)),
      ended: [],
      observed: [],
    };
  }

  /** It may go on counting: these are the same runs. */
  #silentReports(): EngineReports {
    const known = new Set(this.#current.map(({ queueId }) => queueId));
    const unknown = this.#desired.filter(({ id }) => !known.has(id));
    return {
      current: [
        ...this.#current.map(report => ({
          ...report,
          phase: 'failed' as const,
          reason: SILENT,
          deliveredPerSecond: 0,
        })),
        ...unknown.map(({ id }) => failedReport(id, SILENT)),
      ],
      ended: [],
      observed: [],
    };
  }

  #onDeath(reason: string) {
    this.#asked = undefined;
    this.#current = [];
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
    try {
      this.#link = this.#start();
    } catch (error) {
      // No thread, or no memory for one: the portal goes on, and so do the tries.
      this.#onDeath((error as Error).message);
      return;
    }
    this.#handOver().catch((error: Error) =>
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
      planMove: (access, plan, options = {}) =>
        this.#link.call('planMove', [access, plan], options),
      movePositions: (access, move, options = {}) =>
        this.#link.call('movePositions', [access, move], options),
      records: (access, query, options = {}) =>
        this.#link.call('records', [access, query], options),
      latestPlaces: (access, query, options = {}) =>
        this.#link.call('latestPlaces', [access, query], options),
      tryDelivery: (access, trial, options = {}) =>
        this.#link.call('tryDelivery', [access, trial], options),
      deadLetters: (access, query, options = {}) =>
        this.#link.call('deadLetters', [access, query], options),
      deadLetter: (access, query, options = {}) =>
        this.#link.call('deadLetter', [access, query], options),
      purgeDeadLetters: (access, purge, options = {}) =>
        this.#link.call('purgeDeadLetters', [access, purge], options),
      unread: (access, asked, options = {}) =>
        this.#link.call('unread', [access, asked], options),
      groupMembers: (access, groupId, options = {}) =>
        this.#link.call('groupMembers', [access, groupId], options),
    };
  }
}

/**
 * Runs the delivery engine in a worker thread: a saturated queue or a hostile
 * record does not slow down whatever else this process does. If the thread
 * dies, or hangs and is ended therefore, it is started again with the queues
 * that were wanted last.
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
        resourceLimits: HEAP,
        workerData: { options: workerOptions },
      }),
    everySecond: tick => {
      const timer = setInterval(tick, 1_000);
      return () => clearInterval(timer);
    },
    now: Date.now,
    random: Math.random,
  });
}
