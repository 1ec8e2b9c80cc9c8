import type { Entity } from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';

/** A catalog that has what is in the list when it is asked, so that a test can change it. */
export function liveCatalog(entities: Entity[]): CatalogService {
  return catalogServiceMock.mock({
    getEntities: (...request) =>
      catalogServiceMock({ entities }).getEntities(...request),
    getEntitiesByRefs: (...request) =>
      catalogServiceMock({ entities }).getEntitiesByRefs(...request),
  });
}

/** Puts an entity in the place of the one with its name, or adds it. */
export function register(entities: Entity[], entity: Entity): void {
  const at = entities.findIndex(
    ({ metadata }) => metadata.name === entity.metadata.name,
  );
  entities.splice(at < 0 ? entities.length : at, at < 0 ? 0 : 1, entity);
}
