import type { SchedulerServiceTaskScheduleDefinition } from '@backstage/backend-plugin-api';
import { AlgorithmBinder } from '../catalog/AlgorithmBinder';
import type { ConnectionMonitor } from '../connections/ConnectionMonitor';
import { HistorySampler } from '../history/HistorySampler';
import { IncidentWatch } from '../incidents/IncidentWatch';
import { Arrivals } from '../moves/Arrivals';
import type { PauseClockReader } from '../pauseClocks/PauseClockReader';
import { PauseClockWatch } from '../pauseClocks/PauseClockWatch';
import { ReceiptsTidy } from '../receipts/ReceiptsTidy';
import type { ChangeSignals } from '../reconcile/ChangeSignals';
import { Housekeeping } from '../reconcile/Housekeeping';
import { Loop } from '../reconcile/Loop';
import type { SecretRotation } from '../secrets/SecretRotation';
import { StallWatch } from '../stalls/StallWatch';
import type { Delivery } from './delivery';
import type { Foundation } from './foundation';
import type { EventFlowsOptions } from './options';

/** The task that people can have run at once. */
export const ROTATION_TASK = 'event-flows-rotate-secrets';

/** Milliseconds between looks for what has stopped where nothing tells of it. */
const HOUSEKEEPING_MS = 10_000;
/** Milliseconds between looks at queues that were moved: one small read. */
const ARRIVALS_MS = 2_000;

/** What is done again and again: on every replica, or by one of them in turn. */
export interface Watches {
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Nothing is watched before `start`. */
export function createWatches(
  options: EventFlowsOptions,
  parts: {
    foundation: Foundation;
    delivery: Delivery;
    clocks: PauseClockReader;
    monitor: ConnectionMonitor;
    rotation: SecretRotation;
    changeSignals: ChangeSignals;
  },
): Watches {
  const { scheduler } = options;
  const { foundation, delivery, monitor, rotation, changeSignals } = parts;
  const { logger } = foundation;
  const { reconciler } = delivery;
  const closing = new AbortController();
  const { housekeeping, arrivals } = createLoopWork(foundation, delivery);
  const tidying = new Loop({
    name: 'confirm what has stopped',
    run: () => housekeeping.run(closing.signal),
    intervalMs: () => HOUSEKEEPING_MS,
    logger,
  });
  const arriving = new Loop({
    name: 'see whether queues that were moved run',
    run: () => arrivals.run(),
    intervalMs: () => ARRIVALS_MS,
    logger,
  });
  reconciler.onStopped(() => tidying.trigger());
  reconciler.onChanged(() => {
    changeSignals.announce();
    arriving.trigger();
  });
  const work = createTaskWork(options, parts);
  const schedule = (
    id: string,
    timing: SchedulerServiceTaskScheduleDefinition,
    fn: (signal: AbortSignal) => Promise<unknown>,
  ) =>
    scheduler.scheduleTask({
      ...{ id, ...timing, fn: async signal => void (await fn(signal)) },
    });

  return {
    async start() {
      tidying.start();
      arriving.start();
      await schedule(
        'event-flows-check-connections',
        { frequency: { seconds: 30 }, timeout: { minutes: 5 } },
        signal => monitor.checkAll(signal),
      );
      await schedule(
        'event-flows-tell-owners',
        { frequency: { seconds: 15 }, timeout: { minutes: 1 } },
        async signal => {
          await work.stalls.run(signal);
          await work.incidents.run(signal);
        },
      );
      await schedule(
        'event-flows-look-at-retention',
        { frequency: { minutes: 1 }, timeout: { minutes: 5 } },
        signal => work.clockWatch.run(signal),
      );
      await schedule(
        'event-flows-sample-queues',
        { frequency: { minutes: 1 }, timeout: { minutes: 1 } },
        () => work.sampler.run(),
      );
      await schedule(
        'event-flows-tidy-receipts',
        { frequency: { minutes: 1 }, timeout: { minutes: 5 } },
        () => work.receiptsTidy.run(),
      );
      await schedule(
        'event-flows-bind-algorithms',
        { frequency: { seconds: 30 }, timeout: { minutes: 2 } },
        () => work.binder.run(),
      );
      await schedule(
        'event-flows-announce-keys',
        {
          scope: 'local',
          ...{ frequency: { seconds: 20 }, timeout: { seconds: 20 } },
        },
        () => rotation.announce(),
      );
      await schedule(
        ROTATION_TASK,
        { frequency: { minutes: 1 }, timeout: { minutes: 5 } },
        signal => rotation.run(signal),
      );
    },
    async close() {
      closing.abort();
      await tidying.close();
      await arriving.close();
    },
  };
}

/** What every replica does. */
function createLoopWork(
  { stores }: Foundation,
  { board, convergence, stops }: Delivery,
) {
  const { connections, replicas, queues, openMoves: moves } = stores;
  return {
    housekeeping: new Housekeeping({
      ...{ connections, replicas, convergence, stops },
    }),
    arrivals: new Arrivals({ moves, queues, board, convergence }),
  };
}

/** What one replica does for all. */
function createTaskWork(
  { auth, engine }: EventFlowsOptions,
  parts: {
    foundation: Foundation;
    delivery: Delivery;
    clocks: PauseClockReader;
  },
) {
  const { foundation, delivery, clocks } = parts;
  const { access, directory, logger, notifier, now } = foundation;
  const { receiptRules: rules, stores } = foundation;
  const { attempts, positions, queues } = stores;
  const { board } = delivery;
  return {
    clockWatch: new PauseClockWatch({
      ...{ queues, board, store: stores.clocks, positions },
      ...{ access, admin: engine.admin, logger },
    }),
    stalls: new StallWatch({ queues, board, store: stores.stalls, now }),
    incidents: new IncidentWatch({
      ...{ queues, board, clocks, store: stores.incidents, notifier, now },
    }),
    sampler: new HistorySampler({
      ...{ queues, board, store: stores.samples, attempts, now },
    }),
    receiptsTidy: new ReceiptsTidy({
      ...{ queues, store: stores.receipts, rules, now },
    }),
    binder: new AlgorithmBinder({ store: stores.pins, directory, auth }),
  };
}
