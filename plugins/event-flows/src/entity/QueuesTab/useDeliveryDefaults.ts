import { configApiRef, useApi } from '@backstage/core-plugin-api';
import {
  defaultQueueSettings,
  orderingSchema,
  type QueueSettings,
} from '@event-flows/backstage-plugin-event-flows-common';

/** The settings whose default a person sees before choosing. */
export type DeliveryDefaults = Pick<
  QueueSettings,
  'ordering' | 'concurrency' | 'timeoutMs' | 'maxAttempts'
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
  const { concurrency, timeoutMs, maxAttempts } = defaultQueueSettings;
  return {
    ordering: ordering.success ? ordering.data : defaultQueueSettings.ordering,
    concurrency: config?.getOptionalNumber('concurrency') ?? concurrency,
    timeoutMs: config?.getOptionalNumber('timeoutMs') ?? timeoutMs,
    maxAttempts: config?.getOptionalNumber('maxAttempts') ?? maxAttempts,
  };
}
