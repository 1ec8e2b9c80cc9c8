import { randomBytes } from 'node:crypto';
import { mockServices } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import { AddressPolicy } from '@event-flows/engine';
import type { Knex } from 'knex';
import { AlgorithmDirectory } from '../catalog/AlgorithmDirectory';
import { StoredBrokerAccess } from '../connections/BrokerAccessReader';
import { KnexConnectionsStore } from '../connections/ConnectionsStore';
import { KnexDecisionsStore } from '../queues/DecisionsStore';
import { AttemptsKeeper } from '../history/AttemptsKeeper';
import { KnexAttemptsStore } from '../history/AttemptsStore';
import { KnexReceiptsStore } from '../receipts/ReceiptsStore';
import { KnexPinsStore } from '../queues/PinsStore';
import { KnexPositionsStore } from '../queues/PositionsStore';
import { KnexQueuesStore } from '../queues/QueuesStore';
import { ConvergenceWatch } from '../reconcile/ConvergenceWatch';
import { KnownPositions } from '../reconcile/KnownPositions';
import { OwnerNotifier } from '../incidents/OwnerNotifier';
import { StoredObservations } from '../reconcile/ObservationsSink';
import { PinKeeper } from '../reconcile/PinKeeper';
import { Reconciler } from '../reconcile/Reconciler';
import { KnexReplicasStore } from '../reconcile/ReplicasStore';
import { StatusReporter } from '../reconcile/StatusReporter';
import { TargetResolver } from '../reconcile/TargetResolver';
import { SecretBox } from '../secrets/SecretBox';
import { InMemoryEngine } from './InMemoryEngine';
import { liveCatalog } from './liveCatalog';

/** Seals the secrets of connections in tests. */
export const TEST_BOX = new SecretBox([{ id: 'key', key: randomBytes(32) }]);

/** Replicas share one clock, which the test can put forward. */
export class Clock {
  #ahead = 0;
  readonly now = () => Date.now() + this.#ahead;
  forward(ms: number) {
    this.#ahead += ms;
  }
}

/** Reports in the name of one replica. */
export function reporterOn(
  db: Knex,
  clock: Clock,
  logger = mockServices.logger.mock(),
) {
  return new StatusReporter({
    store: new KnexReplicasStore(db),
    positions: new KnexPositionsStore(db),
    now: clock.now,
    logger,
  });
}

/** A backend as far as it converges and reports. */
export interface Replica {
  engine: InMemoryEngine;
  reconciler: Reconciler;
  onStopped: jest.Mock;
  logger: ReturnType<typeof mockServices.logger.mock>;
  convergence: ConvergenceWatch;
}

/** Starts a replica; whoever does so closes its reconciler. */
export async function startReplica(
  db: Knex,
  clock: Clock,
  entities: Entity[],
  notifications: NotificationService = { send: async () => {} },
): Promise<Replica> {
  const logger = mockServices.logger.mock();
  const engine = new InMemoryEngine();
  const store = new KnexReplicasStore(db);
  const targets = new TargetResolver({
    directory: new AlgorithmDirectory(liveCatalog(entities), {
      algorithmType: 'algorithm',
      algorithmVersionType: 'algorithm-version',
    }),
    auth: mockServices.auth(),
    addressPolicy: new AddressPolicy({
      brokers: { allow: [] },
      endpoints: {
        allow: [
          'https://algorithms.example.com/',
          'https://elsewhere.example.com/',
        ],
      },
    }),
    now: clock.now,
    logger,
  });
  const reconciler = new Reconciler({
    engine,
    queues: new KnexQueuesStore(db),
    decisions: new KnexDecisionsStore(db),
    known: new KnownPositions(new KnexPositionsStore(db)),
    replicas: store,
    access: new StoredBrokerAccess(new KnexConnectionsStore(db), TEST_BOX),
    targets,
    pins: new PinKeeper({
      store: new KnexPinsStore(db),
      targets,
      notifier: new OwnerNotifier({ notifications, logger }),
      now: clock.now,
    }),
    reporter: reporterOn(db, clock, logger),
    observations: new StoredObservations({
      receipts: new KnexReceiptsStore(db),
      attempts: new AttemptsKeeper({
        ...{ store: new KnexAttemptsStore(db), now: clock.now },
      }),
    }),
    hasReceipts: topic => topic !== 'secrets',
    logger,
  });
  const onStopped = jest.fn();
  reconciler.onStopped(onStopped);
  const convergence = new ConvergenceWatch({
    store,
    now: clock.now,
    trigger: () => reconciler.trigger(),
    waitMs: 3000,
  });
  await reconciler.start();
  return { engine, reconciler, onStopped, logger, convergence };
}
