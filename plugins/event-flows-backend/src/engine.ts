import type { LoggerService } from '@backstage/backend-plugin-api';
import { BrokerConnectionError } from '@event-flows/backstage-plugin-event-flows-common';
import type { DeliveryEngine } from '@event-flows/engine';
import type { EventFlowsConfig } from './config';

/** The engine in a thread of its own, off the portal's event loop. */
export function createWorkerEngine(
  _config: EventFlowsConfig,
  _logger: LoggerService,
): DeliveryEngine {
  const absent = async () => {
    throw new BrokerConnectionError('unreachable', 'There is no engine yet');
  };
  return {
    admin: {
      probe: absent,
      topics: absent,
      topic: absent,
      ensurePositions: absent,
      groupMembers: absent,
    },
    apply: async () => {},
    reports: async () => [],
    close: async () => {},
  };
}
