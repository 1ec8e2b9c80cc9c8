import { AddressPolicy, createCredentialLookup } from './address/AddressPolicy';
import type { BrokerDriver, Log } from './broker/BrokerDriver';
import { KafkaDriver } from './broker/kafka/KafkaDriver';
import { PlatformaticDriver } from './broker/platformatic/PlatformaticDriver';
import { createRandomHex } from './delivery/randomHex';
import { Observations } from './observe/Observations';
import { MemoryBudget } from './queue/MemoryBudget';
import { QueueRunner, type RunnerSurroundings } from './queue/QueueRunner';
import { QueueLife } from './QueueLife';
import { createAdmin } from './trial/createAdmin';
import type {
  BrokerAdmin,
  DeliveryEngine,
  DesiredQueue,
  EngineLogEntry,
  EngineOptions,
  EngineReports,
  QueueReport,
} from './types';

const DRIVERS = { kafkajs: KafkaDriver, platformatic: PlatformaticDriver };

class Engine implements DeliveryEngine {
  readonly admin: BrokerAdmin;
  readonly #surroundings: RunnerSurroundings;
  readonly #lives = new Map<string, QueueLife>();
  /** Last reports that nobody has been told yet. */
  #ended: QueueReport[] = [];
  #isClosed = false;

  constructor(
    driver: BrokerDriver,
    policy: AddressPolicy,
    options: EngineOptions,
    log: Log,
  ) {
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
      observations: new Observations(Date.now),
    };
    this.admin = createAdmin(driver, this.#surroundings);
  }

  async apply(queues: DesiredQueue[]): Promise<void> {
    if (this.#isClosed) {
      throw new Error('The engine is closed');
    }
    this.#converge(queues);
  }

  async reports(): Promise<EngineReports> {
    const current = [...this.#lives.values()].map(life => life.report());
    const observed = this.#surroundings.observations.take();
    return { current, ended: this.#takeEnded(), observed };
  }

  async close(): Promise<QueueReport[]> {
    this.#isClosed = true;
    const lives = [...this.#lives.values()];
    this.#converge([]);
    await Promise.all(lives.map(life => life.over));
    return this.#takeEnded();
  }

  #takeEnded(): QueueReport[] {
    const ended = this.#ended;
    this.#ended = [];
    return ended;
  }

  #converge(queues: DesiredQueue[]) {
    const wanted = new Map(queues.map(queue => [queue.id, queue]));
    for (const [id, life] of this.#lives) {
      life.want(wanted.get(id));
    }
    for (const [id, queue] of wanted) {
      if (!this.#lives.has(id)) {
        this.#lives.set(id, this.#live(queue));
      }
    }
  }

  #live(queue: DesiredQueue): QueueLife {
    return new QueueLife(queue, {
      start: next => new QueueRunner(next, this.#surroundings),
      onEnded: report => this.#ended.push(report),
      onOver: () => {
        this.#lives.delete(queue.id);
        this.#surroundings.observations.over(queue.id);
      },
    });
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
