import { randomUUID } from 'node:crypto';
import type {
  AuditorService,
  AuthService,
  HttpAuthService,
  LoggerService,
  PermissionsService,
  SchedulerService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { SignalsService } from '@backstage/plugin-signals-node';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import { AddressPolicy, type DeliveryEngine } from '@event-flows/engine';
import type { Router } from 'express';
import type { Knex } from 'knex';
import { version } from '../package.json';
import { AccessService } from './access/AccessService';
import { KnexAccessStore } from './access/AccessStore';
import { PublisherCopies } from './access/PublisherCopies';
import { KnexPublishersStore } from './access/PublishersStore';
import { TopicReader } from './access/TopicReader';
import { AlgorithmBinder } from './catalog/AlgorithmBinder';
import { AlgorithmDirectory } from './catalog/AlgorithmDirectory';
import type { EventFlowsConfig } from './config';
import { StoredBrokerAccess } from './connections/BrokerAccessReader';
import { CallLimiter } from './connections/CallLimiter';
import { ConnectionMonitor } from './connections/ConnectionMonitor';
import { ConnectionsService } from './connections/ConnectionsService';
import { KnexConnectionsStore } from './connections/ConnectionsStore';
import { LimitedAdmin } from './connections/LimitedAdmin';
import { KnexDeadLetterMarksStore } from './deadLetters/DeadLetterMarksStore';
import { DeadLettersService } from './deadLetters/DeadLettersService';
import { AttemptsKeeper } from './history/AttemptsKeeper';
import { KnexAttemptsStore } from './history/AttemptsStore';
import { HistorySampler } from './history/HistorySampler';
import { HistoryService } from './history/HistoryService';
import { KnexSamplesStore } from './history/SamplesStore';
import { createCallerReader } from './http/callerOf';
import { createRouter } from './http/createRouter';
import { Arrivals } from './moves/Arrivals';
import { KnexOpenMovesStore } from './moves/OpenMovesStore';
import { QueueMoves } from './moves/QueueMoves';
import { KnexQueueMovesStore } from './moves/QueueMovesStore';
import { KnexIncidentsStore } from './incidents/IncidentsStore';
import { IncidentWatch } from './incidents/IncidentWatch';
import { OwnerNotifier } from './incidents/OwnerNotifier';
import { StoredPauseClocks } from './pauseClocks/PauseClockReader';
import { KnexPauseClocksStore } from './pauseClocks/PauseClocksStore';
import { PauseClockWatch } from './pauseClocks/PauseClockWatch';
import { FrameworkAuthorizer } from './permissions/Authorizer';
import { OwnershipAuthorizer } from './permissions/OwnershipAuthorizer';
import { DecisionsService } from './queues/DecisionsService';
import { DeadLetterTopics } from './queues/DeadLetterTopics';
import { KnexDecisionsStore } from './queues/DecisionsStore';
import { KnexPinsStore } from './queues/PinsStore';
import { KnexPositionsStore } from './queues/PositionsStore';
import { QueueGate } from './queues/QueueGate';
import { QueuesService } from './queues/QueuesService';
import { KnexQueuesStore } from './queues/QueuesStore';
import { StopConfirmation } from './queues/StopConfirmation';
import { RecentChanges } from './queues/RecentChanges';
import { KnexRecentChangesStore } from './queues/RecentChangesStore';
import { RewindService } from './queues/RewindService';
import { ReceiptRules } from './receipts/ReceiptRules';
import { ReceiptsService } from './receipts/ReceiptsService';
import { KnexReceiptsStore } from './receipts/ReceiptsStore';
import { ReceiptsTidy } from './receipts/ReceiptsTidy';
import { RecordsService } from './records/RecordsService';
import { TrialTargets } from './records/TrialTargets';
import { ChangeSignals } from './reconcile/ChangeSignals';
import { ConvergenceWatch } from './reconcile/ConvergenceWatch';
import { Housekeeping } from './reconcile/Housekeeping';
import { KnownPositions } from './reconcile/KnownPositions';
import { Loop } from './reconcile/Loop';
import { StoredObservations } from './reconcile/ObservationsSink';
import { PinKeeper } from './reconcile/PinKeeper';
import { Reconciler } from './reconcile/Reconciler';
import { KnexReplicasStore } from './reconcile/ReplicasStore';
import { StatusBoard } from './reconcile/StatusBoard';
import { StatusReporter } from './reconcile/StatusReporter';
import { TargetResolver } from './reconcile/TargetResolver';
import { checkKeys } from './secrets/checkKeys';
import { SecretBox } from './secrets/SecretBox';
import { KnexSecretKeysStore } from './secrets/SecretKeysStore';
import { SecretRotation } from './secrets/SecretRotation';
import { SecretsService } from './secrets/SecretsService';
import { triggerTask } from './secrets/triggerTask';
import { KnexStallsStore } from './stalls/StallsStore';
import { StallWatch } from './stalls/StallWatch';

/** How often people can have addresses of their choice dialled, on each replica. */
const CONNECTING_LIMITS = {
  maxConcurrent: 20,
  maxConcurrentPerCaller: 10,
  maxPerMinute: 60,
};

/**
 * How often people can have registered clusters asked, on each replica. An open
 * page asks twice in five seconds.
 */
const ASKING_LIMITS = {
  maxConcurrent: 60,
  maxConcurrentPerCaller: 20,
  maxPerMinute: 300,
};

const ROTATION_TASK = 'event-flows-rotate-secrets';

/** Milliseconds between looks for what has stopped where nothing tells of it. */
const HOUSEKEEPING_MS = 10_000;

/** Milliseconds between looks at queues that were moved: one small read. */
const ARRIVALS_MS = 2000;

/** The plugin's parts, put together. */
export interface EventFlows {
  router: Router;
  /** Begins to deliver and to watch. */
  start(): Promise<void>;
  /** Drains and stops; the other replicas go on. */
  close(): Promise<void>;
}

/** Puts the plugin's parts together; nothing runs before `start`. */
export function createEventFlows(options: {
  auditor: AuditorService;
  auth: AuthService;
  catalog: CatalogService;
  config: EventFlowsConfig;
  db: Knex;
  engine: DeliveryEngine;
  httpAuth: HttpAuthService;
  logger: LoggerService;
  notifications: NotificationService;
  now: () => number;
  permissions: PermissionsService;
  permissionsEnabled: boolean;
  scheduler: SchedulerService;
  signals: SignalsService;
  userInfo: UserInfoService;
}): EventFlows {
  const { auth, config, db, engine, logger, now, scheduler } = options;
  const { admin } = engine;

  const connectionsStore = new KnexConnectionsStore(db);
  const queuesStore = new KnexQueuesStore(db);
  const decisionsStore = new KnexDecisionsStore(db);
  const changesStore = new KnexRecentChangesStore(db);
  const pinsStore = new KnexPinsStore(db);
  const positionsStore = new KnexPositionsStore(db);
  const replicasStore = new KnexReplicasStore(db);
  const keysStore = new KnexSecretKeysStore(db);
  const attemptsStore = new KnexAttemptsStore(db);
  const publishersStore = new KnexPublishersStore(db);
  const openMovesStore = new KnexOpenMovesStore(db);
  const receiptsStore = new KnexReceiptsStore(db);
  const receiptRules = new ReceiptRules(config.receipts);

  const box = new SecretBox(config.secrets.keys);
  const brokerAccess = new StoredBrokerAccess(connectionsStore, box);
  const directory = new AlgorithmDirectory(options.catalog, config.catalog);
  const addressPolicy = new AddressPolicy(config);
  const framework = new FrameworkAuthorizer(options.permissions);
  const authorizer = options.permissionsEnabled
    ? framework
    : new OwnershipAuthorizer({
        administrators: config.administrators,
        auth,
        userInfo: options.userInfo,
        owners: directory,
        forServices: framework,
      });

  const targets = new TargetResolver({
    directory,
    auth,
    addressPolicy,
    now,
    logger,
  });
  const notifier = new OwnerNotifier({
    notifications: options.notifications,
    logger,
  });
  const reconciler = new Reconciler({
    engine,
    queues: queuesStore,
    decisions: decisionsStore,
    known: new KnownPositions(positionsStore),
    replicas: replicasStore,
    access: brokerAccess,
    targets,
    pins: new PinKeeper({
      store: pinsStore,
      targets,
      notifier,
      now,
    }),
    reporter: new StatusReporter({
      store: replicasStore,
      positions: positionsStore,
      now,
      logger,
    }),
    observations: new StoredObservations({
      receipts: receiptsStore,
      attempts: new AttemptsKeeper({ store: attemptsStore, now }),
    }),
    hasReceipts: topic => receiptRules.hasReceipts(topic),
    logger,
  });
  const convergence = new ConvergenceWatch({
    store: replicasStore,
    now,
    trigger: () => reconciler.trigger(),
  });
  const board = new StatusBoard({
    store: replicasStore,
    positions: positionsStore,
    stalledAfterMs: config.incidents.stalledAfterMinutes * 60_000,
    now,
  });
  const clocksStore = new KnexPauseClocksStore(db);
  const clocks = new StoredPauseClocks(clocksStore);
  const clockWatch = new PauseClockWatch({
    queues: queuesStore,
    board,
    store: clocksStore,
    positions: positionsStore,
    access: brokerAccess,
    admin,
    logger,
  });
  const stalls = new StallWatch({
    queues: queuesStore,
    board,
    store: new KnexStallsStore(db),
    now,
  });
  const incidents = new IncidentWatch({
    queues: queuesStore,
    board,
    clocks,
    store: new KnexIncidentsStore(db),
    notifier,
    now,
  });
  const stops = new StopConfirmation({
    store: queuesStore,
    access: brokerAccess,
    admin,
    convergence,
    now,
    logger,
  });
  const monitor = new ConnectionMonitor({
    store: connectionsStore,
    access: brokerAccess,
    admin,
    now,
    logger,
  });
  const housekeeping = new Housekeeping({
    connections: connectionsStore,
    replicas: replicasStore,
    convergence,
    stops,
  });
  const closing = new AbortController();
  const tidying = new Loop({
    name: 'confirm what has stopped',
    run: () => housekeeping.run(closing.signal),
    intervalMs: () => HOUSEKEEPING_MS,
    logger,
  });
  reconciler.onStopped(() => tidying.trigger());
  const changeSignals = new ChangeSignals({
    ...{ signals: options.signals, logger },
  });
  const arrivals = new Arrivals({
    moves: openMovesStore,
    queues: queuesStore,
    board,
    convergence,
  });
  const arriving = new Loop({
    name: 'see whether queues that were moved run',
    run: () => arrivals.run(),
    intervalMs: () => ARRIVALS_MS,
    logger,
  });
  reconciler.onChanged(() => {
    changeSignals.announce();
    arriving.trigger();
  });

  const askingAdmin = new LimitedAdmin(
    admin,
    new CallLimiter({ ...ASKING_LIMITS, now }),
  );
  const connections = new ConnectionsService({
    store: connectionsStore,
    authorizer,
    admin: new LimitedAdmin(
      admin,
      new CallLimiter({ ...CONNECTING_LIMITS, now }),
    ),
    box,
    convergence,
    allowPlaintextPasswords: config.brokers.allowPlaintextPasswords,
    now,
  });
  const access = new AccessService({
    store: new KnexAccessStore(db),
    connections,
    queues: queuesStore,
    publishers: publishersStore,
    topics: new TopicReader({
      store: connectionsStore,
      access: brokerAccess,
      admin: askingAdmin,
      monitor,
      now,
    }),
    authorizer,
    directory,
    board,
    convergence,
    notifier,
    now,
  });
  const publisherCopies = new PublisherCopies({
    ...{ store: publishersStore, connections, authorizer, now },
  });
  const gate = new QueueGate({ store: queuesStore, authorizer });
  const deadLetterTopics = new DeadLetterTopics({
    queues: queuesStore,
    publishers: publishersStore,
    authorizer,
    access: brokerAccess,
    admin: askingAdmin,
  });
  const queues = new QueuesService({
    store: queuesStore,
    positions: positionsStore,
    publishers: publishersStore,
    deadLetterTopics,
    openMoves: openMovesStore,
    gate,
    authorizer,
    directory,
    access: brokerAccess,
    admin: askingAdmin,
    board,
    clocks,
    convergence,
    notifier,
    stops,
    addressPolicy,
    delivery: config.delivery,
    now,
  });
  const changes = new RecentChanges({ gate, store: changesStore });
  const samples = new KnexSamplesStore(db);
  const history = new HistoryService({
    ...{ gate, store: samples, attempts: attemptsStore, now },
  });
  const sampler = new HistorySampler({
    queues: queuesStore,
    board,
    store: samples,
    attempts: attemptsStore,
    now,
  });
  const receipts = new ReceiptsService({
    ...{ gate, store: receiptsStore, rules: receiptRules },
  });
  const receiptsTidy = new ReceiptsTidy({
    queues: queuesStore,
    store: receiptsStore,
    rules: receiptRules,
    now,
  });
  const decisions = new DecisionsService({
    store: decisionsStore,
    gate,
    board,
    convergence,
    deadLetterTopics,
    describe: (caller, id) => queues.get(caller, id),
    now,
  });
  const rewinds = new RewindService({
    queues: queuesStore,
    changes: changesStore,
    gate,
    positions: positionsStore,
    access: brokerAccess,
    admin: askingAdmin,
    describe: (caller, id) => queues.get(caller, id),
    now,
  });
  const moves = new QueueMoves({
    store: new KnexQueueMovesStore(db),
    open: openMovesStore,
    connections: connectionsStore,
    gate,
    authorizer,
    access: brokerAccess,
    admin: askingAdmin,
    convergence,
    describe: (caller, id) => queues.get(caller, id),
    now,
  });
  const trialTargets = new TrialTargets({
    directory,
    addressPolicy,
    delivery: config.delivery,
  });
  const records = new RecordsService({
    gate,
    targets: trialTargets,
    access: brokerAccess,
    admin: askingAdmin,
  });
  const deadLetters = new DeadLettersService({
    marks: new KnexDeadLetterMarksStore(db),
    gate,
    targets: trialTargets,
    publishers: publishersStore,
    access: brokerAccess,
    admin: askingAdmin,
    now,
  });

  const rotation = new SecretRotation({
    store: connectionsStore,
    keys: keysStore,
    box,
    replicaId: randomUUID(),
    now,
    logger,
  });
  const secrets = new SecretsService({
    store: connectionsStore,
    authorizer,
    box,
    lostKeys: config.secrets.lostKeys,
    rotation,
    trigger: () => triggerTask(scheduler, ROTATION_TASK),
  });

  const binder = new AlgorithmBinder({ store: pinsStore, directory, auth });

  return {
    router: createRouter({
      callerOf: createCallerReader(options),
      authorizer,
      connections,
      access,
      publisherCopies,
      queues,
      changes,
      history,
      decisions,
      rewinds,
      moves,
      records,
      receipts,
      deadLetters,
      secrets,
      logger,
      version,
    }),
    async start() {
      await checkKeys({
        store: connectionsStore,
        keys: keysStore,
        box,
        lostKeys: config.secrets.lostKeys,
        logger,
      });
      await rotation.announce();
      if (config.consumers.enabled) {
        await reconciler.start();
      }
      await scheduler.scheduleTask({
        id: 'event-flows-check-connections',
        frequency: { seconds: 30 },
        timeout: { minutes: 5 },
        fn: signal => monitor.checkAll(signal),
      });
      tidying.start();
      arriving.start();
      await scheduler.scheduleTask({
        id: 'event-flows-tell-owners',
        frequency: { seconds: 15 },
        timeout: { minutes: 1 },
        fn: async signal => {
          await stalls.run(signal);
          await incidents.run(signal);
        },
      });
      await scheduler.scheduleTask({
        id: 'event-flows-look-at-retention',
        frequency: { minutes: 1 },
        timeout: { minutes: 5 },
        fn: signal => clockWatch.run(signal),
      });
      await scheduler.scheduleTask({
        id: 'event-flows-sample-queues',
        frequency: { minutes: 1 },
        timeout: { minutes: 1 },
        fn: () => sampler.run(),
      });
      await scheduler.scheduleTask({
        id: 'event-flows-tidy-receipts',
        frequency: { minutes: 1 },
        timeout: { minutes: 5 },
        fn: () => receiptsTidy.run(),
      });
      await scheduler.scheduleTask({
        id: 'event-flows-bind-algorithms',
        frequency: { seconds: 30 },
        timeout: { minutes: 2 },
        fn: () => binder.run(),
      });
      await scheduler.scheduleTask({
        id: 'event-flows-announce-keys',
        scope: 'local',
        frequency: { seconds: 20 },
        timeout: { seconds: 20 },
        fn: () => rotation.announce(),
      });
      await scheduler.scheduleTask({
        id: ROTATION_TASK,
        frequency: { minutes: 1 },
        timeout: { minutes: 5 },
        fn: async signal => {
          await rotation.run(signal);
        },
      });
    },
    async close() {
      closing.abort();
      await tidying.close();
      await arriving.close();
      try {
        if (config.consumers.enabled) {
          await reconciler.close();
        } else {
          await engine.close();
        }
      } finally {
        changeSignals.close();
        await rotation.withdraw();
      }
    },
  };
}
