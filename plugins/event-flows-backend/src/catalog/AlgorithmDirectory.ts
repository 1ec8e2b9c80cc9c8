import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  type Entity,
  parseEntityRef,
  RELATION_OWNED_BY,
  RELATION_PART_OF,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import {
  type AlgorithmVersion,
  readAlgorithmVersion,
  type UnusableAlgorithmVersion,
} from '@event-flows/backstage-plugin-event-flows-common';
import type { AlgorithmOwners } from '../permissions/OwnershipAuthorizer';

/** A version as the catalog has it, whether it can be used or not. */
export type ListedVersion = AlgorithmVersion | UnusableAlgorithmVersion;

/** Algorithms per question: the catalog takes them in the URL or in a body. */
const BATCH = 100;

/**
 * The algorithms and their versions, as the catalog shows them to whoever asks:
 * to people with their own credentials when they choose, to the service with
 * its own when it delivers.
 */
export class AlgorithmDirectory implements AlgorithmOwners {
  readonly #catalog: CatalogService;
  readonly #types: { algorithmType: string; algorithmVersionType: string };

  constructor(
    catalog: CatalogService,
    types: { algorithmType: string; algorithmVersionType: string },
  ) {
    this.#catalog = catalog;
    this.#types = types;
  }

  /** Which of these entity refs are algorithms. */
  async filterAlgorithms(
    refs: readonly string[],
    credentials: BackstageCredentials,
  ): Promise<Set<string>> {
    const algorithms = await this.#algorithms(refs, credentials);
    return new Set(algorithms.keys());
  }

  /**
   * The uids of those of these entity refs that are algorithms. An entity that
   * is deleted and created anew has the same ref and another uid.
   */
  async uidsOf(
    refs: readonly string[],
    credentials: BackstageCredentials,
  ): Promise<Map<string, string | undefined>> {
    const algorithms = await this.#algorithms(refs, credentials);
    return new Map(
      [...algorithms].map(([ref, { metadata }]) => [ref, metadata.uid]),
    );
  }

  /** {@inheritDoc AlgorithmOwners.ownersOf} */
  async ownersOf(
    refs: readonly string[],
    credentials: BackstageCredentials,
  ): Promise<Map<string, string[]>> {
    const algorithms = await this.#algorithms(refs, credentials);
    return new Map(
      [...algorithms].map(([ref, entity]) => [
        ref,
        (entity.relations ?? [])
          .filter(({ type }) => type === RELATION_OWNED_BY)
          .map(({ targetRef }) => targetRef.toLocaleLowerCase('en-US')),
      ]),
    );
  }

  /** The versions of each of these algorithms. */
  async versionsOf(
    algorithmRefs: readonly string[],
    credentials: BackstageCredentials,
  ): Promise<Map<string, ListedVersion[]>> {
    const versions = new Map<string, ListedVersion[]>(
      algorithmRefs.map(ref => [ref, []]),
    );
    for (const batch of batches(algorithmRefs)) {
      const { items } = await this.#catalog.getEntities(
        {
          filter: {
            kind: 'Component',
            'spec.type': this.#types.algorithmVersionType,
            [`relations.${RELATION_PART_OF}`]: batch,
          },
        },
        { credentials },
      );
      for (const version of items.map(readAlgorithmVersion)) {
        if (version.algorithmRef !== undefined) {
          versions.get(version.algorithmRef)?.push(version);
        }
      }
    }
    return versions;
  }

  async #algorithms(
    refs: readonly string[],
    credentials: BackstageCredentials,
  ): Promise<Map<string, Entity>> {
    const components = [...new Set(refs)].filter(
      ref => parseEntityRef(ref).kind === 'component',
    );
    const algorithms = new Map<string, Entity>();
    for (const batch of batches(components)) {
      const { items } = await this.#catalog.getEntitiesByRefs(
        {
          entityRefs: batch,
          fields: [
            'kind',
            'metadata.name',
            'metadata.namespace',
            'metadata.uid',
            'spec.type',
            'relations',
          ],
        },
        { credentials },
      );
      for (const entity of items) {
        if (entity?.spec?.type === this.#types.algorithmType) {
          algorithms.set(stringifyEntityRef(entity), entity);
        }
      }
    }
    return algorithms;
  }
}

function* batches(refs: readonly string[]): Iterable<string[]> {
  for (let start = 0; start < refs.length; start += BATCH) {
    yield refs.slice(start, start + BATCH);
  }
}
