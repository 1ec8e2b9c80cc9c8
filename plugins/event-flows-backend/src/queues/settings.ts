import { InputError } from '@backstage/errors';
import {
  defaultQueueSettings,
  type QueueSettings,
  type QueueSettingsInput,
} from '@event-flows/backstage-plugin-event-flows-common';
import { type EventFlowsConfig, LIMITED_SETTINGS } from '../config';

/**
 * The settings that a queue gets when it is enabled or edited: what was asked
 * for, else what it has if nothing at all was asked for, else the defaults.
 * Where it began stays as it was: positions are kept. So does what was set
 * before the operator set a lower limit.
 *
 * @throws InputError if a setting that changes is above the operator's limit
 */
export function mergeSettings(
  input: QueueSettingsInput | undefined,
  current: QueueSettings | undefined,
  delivery: EventFlowsConfig['delivery'],
): QueueSettings {
  const defaults = { ...defaultQueueSettings, ...delivery.defaults };
  const settings: QueueSettings = {
    ...defaults,
    ...(input ?? current),
    ...(current && { startFrom: current.startFrom }),
  };
  for (const name of LIMITED_SETTINGS) {
    const limit = delivery.limits[name];
    const isKept = settings[name] === current?.[name];
    if (limit !== undefined && settings[name] > limit && !isKept) {
      throw new InputError(
        `settings.${name}: must not be above ${limit}, the limit that the operator of this portal has set`,
      );
    }
  }
  return settings;
}
