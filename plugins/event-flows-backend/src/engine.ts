import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  createEngineHost,
  type DeliveryEngine,
  type EngineLogEntry,
  type EngineOptions,
} from '@event-flows/engine';
import type { EventFlowsConfig } from './config';

/** Milliseconds that requests under way get when a queue stops. */
const DRAIN_TIMEOUT_MS = 10_000;

/** The engine in a thread of its own, off the portal's event loop. */
export function createWorkerEngine(
  config: EventFlowsConfig,
  logger: LoggerService,
): DeliveryEngine {
  return createEngineHost(engineOptions(config), entry =>
    writeToLog(logger, entry),
  );
}

/** What the operator configured, as the engine wants to know it. */
export function engineOptions(config: EventFlowsConfig): EngineOptions {
  const { allow, credentials, forwardHeaders } = config.endpoints;
  return {
    driver: config.delivery.driver,
    brokers: { allow: config.brokers.allow },
    endpoints: { allow, credentials },
    forwardHeaders,
    drainTimeoutMs: DRAIN_TIMEOUT_MS,
  };
}

function writeToLog(logger: LoggerService, entry: EngineLogEntry): void {
  logger[entry.level](entry.message, entry.fields);
}
