import { setTimeout as delay } from 'node:timers/promises';
import { between, pick, type Random } from '@event-flows/demo';
import type { Ordering } from '@event-flows/backstage-plugin-event-flows-common';
import { waitUntil } from '@event-flows/testbed';
import type { Backend } from './Backend';
import { Flow, type FlowOptions } from './Flow';
import { describeOpen } from './Ledger';
import type { Happening } from './judge';
import type { World } from './World';

/** Records a second that a case produces while something happens. */
const PER_SECOND = 200;

/** One run of a case: a world, a queue, and what is done to them. */
export class Scene {
  readonly happenings: Happening[] = [];
  /** Partitions in which nothing is delivered until a person decides. */
  readonly blocked = new Set<number>();
  #flow: Flow | undefined;

  constructor(
    readonly world: World,
    private readonly options: {
      /** By the run's seed. */
      random: Random;
      /** Unique in the world. */
      name: string;
      ordering: Ordering;
    },
  ) {}

  /** Decides who is hit, and when. */
  get random(): Random {
    return this.options.random;
  }

  /** What the queue keeps in order. */
  get ordering(): Ordering {
    return this.options.ordering;
  }

  /** The queue that records flow through. */
  get flow(): Flow {
    if (!this.#flow) {
      throw new Error('The case has not begun');
    }
    return this.#flow;
  }

  /** Makes topic, connection and queue, enables it, and produces steadily. */
  async begin(
    options: FlowOptions = {},
    perSecond = PER_SECOND,
  ): Promise<Flow> {
    this.#flow = await Flow.open(this.world, { ...this.options, ...options });
    this.#flow.producer.start(perSecond);
    await this.deliveredEverywhere(Date.now(), 60_000);
    return this.#flow;
  }

  /** Lets the records flow for some time that the seed decides. */
  async flowFor(leastMs: number, mostMs: number): Promise<void> {
    await delay(between(this.random, leastMs, mostMs));
  }

  /** Something after which nothing may be repeated. */
  clean(act: () => Promise<unknown>): Promise<void> {
    return this.#happen({ kind: 'clean', isOutage: false, backends: 0 }, act);
  }

  /** Something that ends at once what it hits: so many backends. */
  ungraceful(act: () => Promise<unknown>, backends = 1): Promise<void> {
    return this.#happen({ kind: 'ungraceful', isOutage: false, backends }, act);
  }

  /**
   * Something that others have to take over from, for all backends: it is over
   * when they have, and the group takes positions again. Whatever is done before
   * that is done since the last commit.
   */
  takenOver(act: () => Promise<unknown>): Promise<void> {
    return this.ungraceful(async () => {
      await act();
      const since = Date.now();
      await this.deliveredEverywhere(since, 120_000);
      await this.committedEverywhere(since, 120_000);
    }, this.world.backends.length);
  }

  /** Something that lasts, for all backends, and is over when `act` resolves. */
  outage(
    act: () => Promise<unknown>,
    kind: Happening['kind'] = 'ungraceful',
  ): Promise<void> {
    const backends = this.world.backends.length;
    return this.#happen({ kind, isOutage: true, backends }, act);
  }

  /** Waits until every partition has delivered a record that was produced after the last happening. */
  async recovered(timeoutMs = 120_000): Promise<void> {
    const last = this.happenings.at(-1);
    await this.deliveredEverywhere(last?.to ?? Date.now(), timeoutMs);
  }

  /** Ends producing and waits until every record is delivered or dead-lettered. */
  async settle(timeoutMs = 120_000): Promise<void> {
    const { flow } = this;
    await flow.producer.pause();
    await waitUntil(() => flow.isSettled(), {
      timeoutMs,
      everyMs: 200,
      what: 'every record to be delivered or dead-lettered',
    }).catch(error => {
      throw new Error(error.message, {
        cause: new Error(describeOpen(flow.ledger.open())),
      });
    });
    // Whoever delivers a record again does it now.
    await delay(1_500);
  }

  /** Whether and when something begins again is seen by what follows it. */
  async deliveredEverywhere(since: number, timeoutMs: number): Promise<void> {
    const { flow } = this;
    await waitUntil(() => flow.hasDeliveredEverywhere(since, this.blocked), {
      timeoutMs,
      everyMs: 100,
      what: 'records from every partition',
    });
  }

  /** Until then a member that is put out has everybody repeat what was done. */
  async committedEverywhere(since: number, timeoutMs: number): Promise<void> {
    const { flow } = this;
    await waitUntil(() => flow.hasCommittedEverywhere(since, this.blocked), {
      timeoutMs,
      everyMs: 100,
      what: 'a position of every partition',
    });
  }

  /** A backend that runs, by the seed. */
  someBackend(): Backend {
    const running = this.world.backends.filter(backend => backend.running);
    return pick(this.random, running);
  }

  /** Ends everything of this run; the world stays. */
  async close(): Promise<void> {
    await this.#flow?.close();
  }

  async #happen(
    options: { kind: Happening['kind']; isOutage: boolean; backends: number },
    act: () => Promise<unknown>,
  ) {
    const from = Date.now();
    const blocked = new Set(this.blocked);
    await act();
    const to = Date.now();
    this.happenings.push({
      kind: options.kind,
      from,
      to,
      recoversFrom: options.isOutage ? to : from,
      blocked,
      underWay: options.backends * this.flow.concurrency,
    });
  }
}
