import { AttemptsKeeper } from '../history/AttemptsKeeper';
import { StopConfirmation } from '../queues/StopConfirmation';
import { ConvergenceWatch } from '../reconcile/ConvergenceWatch';
import { KnownPositions } from '../reconcile/KnownPositions';
import { StoredObservations } from '../reconcile/ObservationsSink';
import { PinKeeper } from '../reconcile/PinKeeper';
import { Reconciler } from '../reconcile/Reconciler';
import { StatusBoard } from '../reconcile/StatusBoard';
import { StatusReporter } from '../reconcile/StatusReporter';
import { TargetResolver } from '../reconcile/TargetResolver';
import type { Foundation } from './foundation';
import type { EventFlowsOptions } from './options';

/** What brings the engine to do what is wanted, and knows how far that is. */
export type Delivery = ReturnType<typeof createDelivery>;

export function createDelivery(
  { auth, engine }: EventFlowsOptions,
  foundation: Foundation,
) {
  const { access, addressPolicy, config, directory } = foundation;
  const { logger, notifier, now, receiptRules, stores } = foundation;
  const { positions, replicas } = stores;
  const targets = new TargetResolver({
    ...{ directory, auth, addressPolicy, now, logger },
  });
  const reconciler = new Reconciler({
    engine,
    queues: stores.queues,
    decisions: stores.decisions,
    known: new KnownPositions(positions),
    replicas,
    access,
    targets,
    pins: new PinKeeper({ store: stores.pins, targets, notifier, now }),
    reporter: new StatusReporter({ store: replicas, positions, now, logger }),
    observations: new StoredObservations({
      receipts: stores.receipts,
      attempts: new AttemptsKeeper({ store: stores.attempts, now }),
    }),
    hasReceipts: topic => receiptRules.hasReceipts(topic),
    logger,
  });
  const convergence = new ConvergenceWatch({
    ...{ store: replicas, now, trigger: () => reconciler.trigger() },
  });
  const board = new StatusBoard({
    ...{ store: replicas, positions, now },
    stalledAfterMs: config.incidents.stalledAfterMinutes * 60_000,
  });
  const stops = new StopConfirmation({
    store: stores.queues,
    ...{ access, admin: engine.admin, convergence, now, logger },
  });
  return { reconciler, convergence, board, stops };
}
