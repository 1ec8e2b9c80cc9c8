import { randomUUID } from 'node:crypto';
import type { Router } from 'express';
import { version } from '../package.json';
import { createDelivery } from './assembly/delivery';
import { createFoundation } from './assembly/foundation';
import type { EventFlowsOptions } from './assembly/options';
import { createServices } from './assembly/services';
import { createWatches, ROTATION_TASK } from './assembly/watches';
import { ConnectionMonitor } from './connections/ConnectionMonitor';
import { createCallerReader } from './http/callerOf';
import { createRouter } from './http/createRouter';
import { StoredPauseClocks } from './pauseClocks/PauseClockReader';
import { ChangeSignals } from './reconcile/ChangeSignals';
import { checkKeys } from './secrets/checkKeys';
import { SecretRotation } from './secrets/SecretRotation';
import { SecretsService } from './secrets/SecretsService';
import { triggerTask } from './secrets/triggerTask';

/** The plugin's parts, put together. */
export interface EventFlows {
  router: Router;
  /** Begins to deliver and to watch. */
  start(): Promise<void>;
  /** Drains and stops; the other replicas go on. */
  close(): Promise<void>;
}

/** Puts the plugin's parts together; nothing runs before `start`. */
export function createEventFlows(options: EventFlowsOptions): EventFlows {
  const { config, engine, logger, now, scheduler, signals } = options;
  const { admin } = engine;
  const foundation = createFoundation(options);
  const { access, authorizer, box, stores } = foundation;
  const { connections: store, keys } = stores;
  const { lostKeys } = config.secrets;

  const delivery = createDelivery(options, foundation);
  const clocks = new StoredPauseClocks(stores.clocks);
  const monitor = new ConnectionMonitor({ store, access, admin, now, logger });
  const rotation = new SecretRotation({
    ...{ store, keys, box, replicaId: randomUUID(), now, logger },
  });
  const changeSignals = new ChangeSignals({ signals, logger });
  const watches = createWatches(options, {
    ...{ foundation, delivery, clocks, monitor, rotation, changeSignals },
  });
  const services = createServices({
    ...{ admin, foundation, delivery, clocks, monitor },
  });
  const secrets = new SecretsService({
    ...{ store, authorizer, box, lostKeys, rotation },
    trigger: () => triggerTask(scheduler, ROTATION_TASK),
  });

  return {
    router: createRouter({
      callerOf: createCallerReader(options),
      ...{ ...services, authorizer, secrets, logger, version },
    }),
    async start() {
      await checkKeys({ store, keys, box, lostKeys, logger });
      await rotation.announce();
      if (config.consumers.enabled) {
        await delivery.reconciler.start();
      }
      await watches.start();
    },
    async close() {
      await watches.close();
      try {
        if (config.consumers.enabled) {
          await delivery.reconciler.close();
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
