import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import {
  DEFAULT_ALGORITHM_TYPE,
  DEFAULT_ALGORITHM_VERSION_TYPE,
} from '@event-flows/backstage-plugin-event-flows-common';

/**
 * Reads the component type of algorithm versions.
 *
 * @throws InputError where algorithms and their versions would have one type.
 */
export function readAlgorithmVersionType(config: Config): string {
  const catalog = config.getOptionalConfig('eventFlows.catalog');
  const algorithmType =
    catalog?.getOptionalString('algorithmType') ?? DEFAULT_ALGORITHM_TYPE;
  const versionType =
    catalog?.getOptionalString('algorithmVersionType') ??
    DEFAULT_ALGORITHM_VERSION_TYPE;

  if (algorithmType === versionType) {
    throw new InputError(
      `eventFlows.catalog.algorithmType and eventFlows.catalog.algorithmVersionType are both '${versionType}'; an algorithm and its versions need different component types`,
    );
  }
  return versionType;
}
