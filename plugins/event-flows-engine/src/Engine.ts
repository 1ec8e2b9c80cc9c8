import { AddressPolicy, createCredentialLookup } from './address/AddressPolicy';
import type { BrokerDriver, Log } from './broker/BrokerDriver';
import { KafkaDriver } from './broker/kafka/KafkaDriver';
import { PlatformaticDriver } from './broker/platformatic/PlatformaticDriver';
import { createRandomHex } from './delivery/randomHex';
import { MemoryBudget } from './queue/MemoryBudget';
import { QueueRunner, type RunnerSurroundings } from './queue/QueueRunner';
import type {
  BrokerAdmin,
  DeliveryEngine,
  DesiredQueue,
  EngineLogEntry,
  EngineOptions,
  QueueReport,
} from './types';

const DRIVERS = { kafkajs: KafkaDriver, platformatic: PlatformaticDriver };

interface RunningQueue {
  desired: DesiredQueue;
  runner: QueueRunner;
}

class Engine implements DeliveryEngine {
  readonly admin: BrokerAdmin;
  readonly #queues = new Map<string, RunningQueue>();
  readonly #surroundings: RunnerSurroundings;
  #last: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(
    driver: BrokerDriver,
    policy: AddressPolicy,
    options: EngineOptions,
    log: Log,
  ) {
    this.admin = driver.admin;
    this.#surroundings = {
      driver,
      policy,
      credentials: createCredentialLookup(options.endpoints.credentials),
      forwardHeaders: new Set(
        options.forwardHeaders.map(name => name.toLowerCase()),
      ),
      drainTimeoutMs: options.drainTimeoutMs,
      log,
      now: Date.now,
      random: Math.random,
      randomHex: createRandomHex(),
      budget: new MemoryBudget(),
    };
  }

  async apply(queues: DesiredQueue[]): Promise<QueueReport[]> {
    if (this.#isClosed) {
      throw new Error('The engine is closed');
    }
    return this.#inTurn(() => this.#converge(queues));
  }

  async reports(): Promise<QueueReport[]> {
    return [...this.#queues.values()].map(({ runner }) => runner.report());
  }

  async close(): Promise<QueueReport[]> {
    this.#isClosed = true;
    return this.#inTurn(() => this.#converge([]));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    // Whoever waits in line is not concerned with how it ended.
    this.#last = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }

  async #converge(queues: DesiredQueue[]): Promise<QueueReport[]> {
    const wanted = new Map(queues.map(queue => [queue.id, queue]));
    const stops: Array<Promise<QueueReport>> = [];
    for (const [id, { desired, runner }] of this.#queues) {
      const next = wanted.get(id);
      if (next && identityOf(next) === identityOf(desired)) {
        runner.update(next);
        this.#queues.set(id, { desired: next, runner });
      } else {
        stops.push(this.#stop(id, runner));
      }
    }
    for (const [id, desired] of wanted) {
      if (!this.#queues.has(id)) {
        this.#start(desired);
      }
    }
    const stopped = await Promise.all(stops);
    for (const [id, desired] of wanted) {
      if (!this.#queues.has(id)) {
        this.#start(desired);
      }
    }
    return stopped;
  }

  async #stop(id: string, runner: QueueRunner): Promise<QueueReport> {
    const report = await runner.stop();
    this.#queues.delete(id);
    return report;
  }

  #start(desired: DesiredQueue) {
    const runner = new QueueRunner(desired, this.#surroundings);
    this.#queues.set(desired.id, { desired, runner });
  }
}

/**
 * Runs an engine in this thread. In a portal, use `createEngineHost`: a busy
 * queue slows down everything that shares the thread with it.
 *
 * @throws Error that names the entry of an allow-list that is not understood.
 *
 * @public
 */
export function createEngine(
  options: EngineOptions,
  log: (entry: EngineLogEntry) => void,
): DeliveryEngine {
  const policy = new AddressPolicy(options);
  const Driver = DRIVERS[options.driver ?? 'kafkajs'];
  return new Engine(new Driver(policy.brokers, log), policy, options, log);
}

/** What cannot change while a queue runs. */
function identityOf({
  target,
  revision,
  decisions,
  ...rest
}: DesiredQueue): string {
  return JSON.stringify(rest);
}
