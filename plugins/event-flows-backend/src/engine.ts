import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  createEngineHost,
  type DeliveryEngine,
  type EngineLogEntry,
  type EngineOptions,
} from '@event-flows/engine';
import { visibleLine } from '@event-flows/backstage-plugin-event-flows-common';
import type { EventFlowsConfig } from './config';

/** Milliseconds that requests under way get when a queue stops. */
const DRAIN_TIMEOUT_MS = 10_000;

/** Characters of a message in the log, and of each of its fields. */
const MAX_LOG_LENGTH = 2000;

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
    brokers: config.brokers,
    endpoints: { allow, credentials },
    forwardHeaders,
    drainTimeoutMs: DRAIN_TIMEOUT_MS,
  };
}

/** Brokers and endpoints have a say in it: no line of theirs becomes one of the log. */
export function writeToLog(logger: LoggerService, entry: EngineLogEntry): void {
  const { level, message, fields } = entry;
  logger[level](
    visibleLine(message, MAX_LOG_LENGTH),
    fields &&
      Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [
          name,
          typeof value === 'string'
            ? visibleLine(value, MAX_LOG_LENGTH)
            : value,
        ]),
      ),
  );
}
