import { configApiRef, useApi } from '@backstage/core-plugin-api';
import {
  defaultQueueSettings,
  orderingSchema,
  startFromSchema,
  type QueueSettings,
} from '@event-flows/backstage-plugin-event-flows-common';

/** The settings whose default a person sees before choosing. */
export type DeliveryDefaults = Pick<
  QueueSettings,
  'startFrom' | 'ordering' | 'concurrency' | 'timeoutMs' | 'maxAttempts'
>;

/**
 * What a queue gets where nobody chooses: the operator's
 * `eventFlows.delivery.defaults`, else the product's own.
 */
export function useDeliveryDefaults(): DeliveryDefaults {
  const config = useApi(configApiRef).getOptionalConfig(
    'eventFlows.delivery.defaults',
  );
  const ordering = orderingSchema.safeParse(
    config?.getOptionalString('ordering'),
  );
  const startFrom = startFromSchema.safeParse(config?.getOptional('startFrom'));
  const { concurrency, timeoutMs, maxAttempts } = defaultQueueSettings;
  return {
    startFrom: startFrom.success
      ? startFrom.data
      : defaultQueueSettings.startFrom,
    ordering: ordering.success ? ordering.data : defaultQueueSettings.ordering,
    concurrency: config?.getOptionalNumber('concurrency') ?? concurrency,
    timeoutMs: config?.getOptionalNumber('timeoutMs') ?? timeoutMs,
    maxAttempts: config?.getOptionalNumber('maxAttempts') ?? maxAttempts,
  };
}
