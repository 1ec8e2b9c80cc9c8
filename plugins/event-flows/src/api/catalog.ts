import { configApiRef, useApi } from '@backstage/core-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import {
  DEFAULT_ALGORITHM_TYPE,
  DEFAULT_ALGORITHM_VERSION_TYPE,
  byPreference,
  readAlgorithmVersion,
} from '@event-flows/backstage-plugin-event-flows-common';
import { useQuery } from '@tanstack/react-query';

/** The catalog changes rarely: it is not asked every five seconds. */
const CATALOG_INTERVAL = 60_000;

/** Where the versions of all algorithms are kept. */
export const versionsKey = ['catalog', 'versions'];

/** How many algorithms a search answers with. */
const SEARCH_LIMIT = 20;

/** The component types that mean algorithms and their versions here. */
export function useAlgorithmTypes(): {
  algorithmType: string;
  algorithmVersionType: string;
} {
  const config = useApi(configApiRef).getOptionalConfig('eventFlows.catalog');
  return {
    algorithmType:
      config?.getOptionalString('algorithmType') ?? DEFAULT_ALGORITHM_TYPE,
    algorithmVersionType:
      config?.getOptionalString('algorithmVersionType') ??
      DEFAULT_ALGORITHM_VERSION_TYPE,
  };
}

/** The versions of an algorithm, in the order in which people look for one. */
export function useAlgorithmVersions(algorithmRef: string) {
  const catalogApi = useApi(catalogApiRef);
  const { algorithmVersionType } = useAlgorithmTypes();
  return useQuery({
    queryKey: [...versionsKey, algorithmRef, algorithmVersionType],
    queryFn: async () => {
      const { items } = await catalogApi.getEntities({
        filter: {
          kind: 'Component',
          'spec.type': algorithmVersionType,
          'relations.partof': algorithmRef,
        },
      });
      return items.map(readAlgorithmVersion).sort(byPreference);
    },
    refetchInterval: CATALOG_INTERVAL,
    staleTime: CATALOG_INTERVAL,
  });
}

/** Algorithms of the catalog whose title, name or owner contains the text. */
export function useAlgorithmSearch(text: string, enabled: boolean) {
  const catalogApi = useApi(catalogApiRef);
  const { algorithmType } = useAlgorithmTypes();
  return useQuery({
    queryKey: ['catalog', 'algorithms', algorithmType, text],
    queryFn: async () => {
      const { items } = await catalogApi.queryEntities({
        filter: { kind: 'Component', 'spec.type': algorithmType },
        limit: SEARCH_LIMIT,
        orderFields: { field: 'metadata.name', order: 'asc' },
        ...(text && {
          fullTextFilter: {
            term: text,
            fields: ['metadata.title', 'metadata.name', 'spec.owner'],
          },
        }),
      });
      return items;
    },
    enabled,
    refetchInterval: false,
    staleTime: CATALOG_INTERVAL,
    placeholderData: previous => previous,
  });
}
