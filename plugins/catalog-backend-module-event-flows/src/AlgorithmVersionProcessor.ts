import type { LoggerService } from '@backstage/backend-plugin-api';
import { ENTITY_STATUS_CATALOG_PROCESSING_TYPE } from '@backstage/catalog-client';
import {
  type Entity,
  isComponentEntity,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import type {
  AlphaEntity,
  EntityStatusItem,
} from '@backstage/catalog-model/alpha';
import { InputError, serializeError } from '@backstage/errors';
import type { LocationSpec } from '@backstage/plugin-catalog-common';
import type {
  CatalogProcessor,
  CatalogProcessorCache,
  CatalogProcessorEmit,
} from '@backstage/plugin-catalog-node';
import { readAlgorithmVersion } from '@event-flows/backstage-plugin-event-flows-common';

/** Where the processor remembers, per entity, what it has logged already. */
const LOGGED = 'logged';

interface AlgorithmVersionProcessorOptions {
  /** `spec.type` of the components to look at. */
  versionType: string;
  logger: LoggerService;
}

/**
 * Marks an algorithm version that cannot be delivered to with what is wrong.
 *
 * It does not throw. The catalog drops an entity that a processor throws on, or
 * keeps showing what it was before: nobody would find the error, and a version
 * that was broken by an edit would still look usable. Instead the entity gets
 * the status item that the catalog itself gives to failed processing. So it is
 * there with what it says now, its page shows the error in red above the tabs,
 * the catalog's filter "Has Error" finds it, and it cannot be chosen for a queue.
 */
export class AlgorithmVersionProcessor implements CatalogProcessor {
  readonly #versionType: string;
  readonly #logger: LoggerService;

  constructor(options: AlgorithmVersionProcessorOptions) {
    this.#versionType = options.versionType;
    this.#logger = options.logger;
  }

  getProcessorName(): string {
    return 'event-flows.AlgorithmVersionProcessor';
  }

  async postProcessEntity(
    entity: Entity,
    _location: LocationSpec,
    _emit: CatalogProcessorEmit,
    cache: CatalogProcessorCache,
  ): Promise<Entity> {
    if (!isComponentEntity(entity) || entity.spec.type !== this.#versionType) {
      return entity;
    }
    const version = readAlgorithmVersion(entity);
    const problem = version.valid ? undefined : version.error;
    await this.#logOnce(entity, problem, cache);

    return problem ? withError(entity, problem) : entity;
  }

  /** The catalog processes every entity again and again; one line is enough. */
  async #logOnce(
    entity: Entity,
    problem: string | undefined,
    cache: CatalogProcessorCache,
  ): Promise<void> {
    const logged = await cache.get<string>(LOGGED);
    if (problem && problem !== logged) {
      this.#logger.warn(
        `${stringifyEntityRef(entity)} cannot be used as an algorithm version: ${problem}`,
      );
    }
    await cache.set(LOGGED, problem ?? '');
  }
}

function withError(entity: AlphaEntity, problem: string): AlphaEntity {
  const error = serializeError(new InputError(problem));
  const item: EntityStatusItem = {
    type: ENTITY_STATUS_CATALOG_PROCESSING_TYPE,
    level: 'error',
    message: problem,
    error: { name: error.name, message: error.message },
  };
  return {
    ...entity,
    status: {
      ...entity.status,
      items: [...(entity.status?.items ?? []), item],
    },
  };
}
