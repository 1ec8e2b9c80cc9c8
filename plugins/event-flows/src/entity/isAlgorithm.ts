import type { Entity } from '@backstage/catalog-model';
import { DEFAULT_ALGORITHM_TYPE } from '@event-flows/backstage-plugin-event-flows-common';

/**
 * Whether an entity of the catalog is an algorithm.
 *
 * @param type - the component type that means so; give it where
 * `eventFlows.catalog.algorithmType` is configured
 * @public
 */
export function isAlgorithm(
  entity: Entity,
  type: string = DEFAULT_ALGORITHM_TYPE,
): boolean {
  return (
    entity.kind.toLowerCase() === 'component' && entity.spec?.type === type
  );
}
