import { groupIdOf } from '@event-flows/backstage-plugin-event-flows-common';
import { isDeepStrictEqual } from 'node:util';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import type { QueueSettings } from '@event-flows/backstage-plugin-event-flows-common';
import {
  failedReport,
  type BrokerAccess,
  type DeliveryEngine,
  type DesiredQueue,
  type QueueReport,
} from '@event-flows/engine';
import type { BrokerAccessReader } from '../connections/BrokerAccessReader';
import type { DecisionsStore } from '../queues/DecisionsStore';
import type { QueuesStore } from '../queues/QueuesStore';
import { SecretUnreadableError } from '../secrets/SecretBox';
import type { KnownPositions } from './KnownPositions';
import { Loop } from './Loop';
import type { ObservationsSink } from './ObservationsSink';
import type { PinKeeper } from './PinKeeper';
import type { ReplicasStore } from './ReplicasStore';
import type { StatusReporter } from './StatusReporter';
import type { TargetResolver } from './TargetResolver';

/** Milliseconds between looks at the desired state: one small read. */
const POLL_MS = 1000;

/** Milliseconds between signs of life. */
const REPORT_MS = 2000;

/** Milliseconds between them while queues stop: somebody waits for that. */
const STOPPING_REPORT_MS = 250;

/**
 * Keeps this replica's engine doing what the database says should be done, and
 * the database knowing what the engine does.
 *
 * While the database cannot be reached, the engine goes on with the last list:
 * records keep flowing, and changes follow when the database is back.
 */
export class Reconciler {
  readonly #engine: DeliveryEngine;
  readonly #queues: QueuesStore;
  readonly #decisions: DecisionsStore;
  readonly #known: KnownPositions;
  readonly #replicas: ReplicasStore;
  readonly #access: BrokerAccessReader;
  readonly #targets: TargetResolver;
  readonly #pins: PinKeeper;
  readonly #reporter: StatusReporter;
  readonly #observations: ObservationsSink;
  readonly #hasReceipts: (topic: string) => boolean;
  readonly #logger: LoggerService;
  readonly #following: Loop;
  readonly #reporting: Loop;
  /** The engine follows it; at first it runs nothing. */
  #appliedRevision = 0;
  #applied: DesiredQueue[] | undefined;
  /** Of enabled queues that the engine cannot be given. */
  #unusable: QueueReport[] = [];
  #onStopped: () => void = () => {};
  #onChanged: () => void = () => {};
  /** What each queue does, as it was reported last. */
  #phases = '';
  /** Whether queues that are not wanted any more are still being stopped. */
  #isStopping = false;

  constructor(options: {
    engine: DeliveryEngine;
    queues: QueuesStore;
    decisions: DecisionsStore;
    known: KnownPositions;
    replicas: ReplicasStore;
    access: BrokerAccessReader;
    targets: TargetResolver;
    pins: PinKeeper;
    reporter: StatusReporter;
    observations: ObservationsSink;
    /** Whether receipts are made of the records of a topic. */
    hasReceipts: (topic: string) => boolean;
    logger: LoggerService;
  }) {
    this.#engine = options.engine;
    this.#queues = options.queues;
    this.#decisions = options.decisions;
    this.#known = options.known;
    this.#replicas = options.replicas;
    this.#access = options.access;
    this.#targets = options.targets;
    this.#pins = options.pins;
    this.#reporter = options.reporter;
    this.#observations = options.observations;
    this.#hasReceipts = options.hasReceipts;
    this.#logger = options.logger;
    this.#following = new Loop({
      name: 'follow the desired state',
      run: () => this.#follow(),
      intervalMs: () => POLL_MS,
      logger: options.logger,
    });
    this.#reporting = new Loop({
      name: 'report the state of the queues',
      run: () => this.#report(),
      intervalMs: () => (this.#isStopping ? STOPPING_REPORT_MS : REPORT_MS),
      logger: options.logger,
    });
  }

  /** Makes the replica known and begins to follow. */
  async start(): Promise<void> {
    await this.#reporter.register();
    this.#following.start();
    this.#reporting.start();
  }

  /** Calls it whenever queues that are not wanted any more have stopped here. */
  onStopped(listener: () => void): void {
    this.#onStopped = listener;
  }

  /** Calls it whenever a queue is to do, or does, something else than before. */
  onChanged(listener: () => void): void {
    this.#onChanged = listener;
  }

  /** Looks at the desired state now. */
  trigger(): void {
    this.#following.trigger();
  }

  /** Stops the engine and leaves the counters with the queues. */
  async close(): Promise<void> {
    await this.#following.close();
    await this.#reporting.close();
    try {
      const { ended, observed } = await this.#engine.reports();
      this.#reporter.conclude([...ended, ...(await this.#engine.close())]);
      this.#observations.take(observed);
      await this.#observations.close();
      await this.#reporter.publish([], this.#appliedRevision);
    } finally {
      await this.#reporter.retire();
    }
  }

  async #follow(): Promise<void> {
    // Read first: the list then contains this revision, or a later one.
    const revision = await this.#replicas.desiredRevision();
    const isChanged = revision !== this.#appliedRevision;
    if (isChanged || this.#targets.isStale) {
      const desired = await this.#desiredQueues(isChanged);
      if (!isDeepStrictEqual(desired, this.#applied)) {
        await this.#engine.apply(desired);
        this.#applied = desired;
      }
      this.#appliedRevision = revision;
      this.#reporting.trigger();
      if (isChanged) {
        this.#onChanged();
      }
    }
  }

  async #desiredQueues(changed: boolean): Promise<DesiredQueue[]> {
    const queues = await this.#queues.list({ state: 'enabled' });
    const decisions = await this.#decisions.list();
    await this.#known.follow(queues);
    if (changed || this.#targets.isStale) {
      await this.#targets.refresh([
        ...new Set(queues.map(({ algorithmRef }) => algorithmRef)),
      ]);
    }
    const accesses = new Map<string, BrokerAccess | SecretUnreadableError>();
    for (const id of new Set(queues.map(({ connection }) => connection.id))) {
      accesses.set(id, await this.#accessOf(id));
    }
    const unusable: QueueReport[] = [];
    const desired: DesiredQueue[] = [];
    for (const queue of queues) {
      const access = accesses.get(queue.connection.id);
      if (access instanceof SecretUnreadableError) {
        unusable.push(failedReport(queue.id, access.message));
      } else if (access && queue.versionRef && queue.settings) {
        desired.push({
          id: queue.id,
          connection: access,
          topic: queue.topic,
          groupId: groupIdOf(queue.id),
          algorithmRef: queue.algorithmRef,
          target: await this.#pins.targetOf(queue),
          settings: deliverySettingsOf(queue.settings),
          ...(queue.settings.outputTopic !== undefined && {
            outputTopic: queue.settings.outputTopic,
          }),
          revision: queue.revision,
          decisions: decisions.get(queue.id) ?? [],
          known: this.#known.of(queue.id),
          receipts: this.#hasReceipts(queue.topic),
        });
      }
    }
    this.#unusable = unusable;
    return desired;
  }

  async #accessOf(
    connectionId: string,
  ): Promise<BrokerAccess | SecretUnreadableError> {
    try {
      return await this.#access.get(connectionId);
    } catch (error) {
      if (error instanceof SecretUnreadableError) {
        this.#logger.error(
          `The connection ${connectionId} cannot be used: ${stringifyError(error)}`,
        );
        return error;
      }
      throw error;
    }
  }

  async #report(): Promise<void> {
    // Read first: what this revision does not want and is not reported, has ended.
    const revision = this.#appliedRevision;
    const { current, ended, observed } = await this.#engine.reports();
    const running = new Set(current.map(({ queueId }) => queueId));
    this.#reporter.conclude(ended);
    this.#observations.take(observed);
    await this.#reporter.publish(
      [
        ...current,
        ...this.#unusable.filter(({ queueId }) => !running.has(queueId)),
      ],
      revision,
    );
    this.#noteStops(running, ended);
    this.#notePhases(current);
    await this.#observations.store();
    await this.#reporter.removeDead();
    const decided = [...current, ...ended].flatMap(report => report.decided);
    if (decided.length > 0) {
      await this.#decisions.remove(decided);
      this.trigger();
    }
  }

  #notePhases(current: readonly QueueReport[]) {
    const phases = current
      .map(({ queueId, phase }) => `${queueId} ${phase}`)
      .sort()
      .join('\n');
    if (phases !== this.#phases) {
      this.#phases = phases;
      this.#onChanged();
    }
  }

  #noteStops(running: ReadonlySet<string>, ended: readonly QueueReport[]) {
    const wanted = new Set(this.#applied?.map(({ id }) => id));
    this.#isStopping = [...running].some(id => !wanted.has(id));
    if (ended.some(({ queueId }) => !wanted.has(queueId))) {
      this.#onStopped();
    }
  }
}

/** Without what concerns people alone, and what the engine is told apart from them. */
function deliverySettingsOf({
  lagAlert: _lagAlert,
  ageAlertMs: _ageAlertMs,
  outputTopic: _outputTopic,
  ...settings
}: QueueSettings): QueueSettings {
  return settings;
}
