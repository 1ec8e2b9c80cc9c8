import { identityApiRef, useApi } from '@backstage/core-plugin-api';
import { RELATION_OWNED_BY } from '@backstage/catalog-model';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Ownership } from './filterQueues';

/** Owners change rarely: they are not asked for every five seconds. */
const OWNERS_INTERVAL = 60_000;

/** Who owns algorithms; nobody as long as that is not known. */
export function useOwnership(
  algorithmRefs: string[],
): Ownership & { isKnown: boolean; error: Error | null } {
  const catalogApi = useApi(catalogApiRef);
  const identityApi = useApi(identityApiRef);
  const entityRefs = [...new Set(algorithmRefs)].sort();
  const owners = useQuery({
    queryKey: ['catalog', 'owners', entityRefs],
    queryFn: async () => {
      const { items } = await catalogApi.getEntitiesByRefs({
        entityRefs,
        fields: ['kind', 'metadata.name', 'metadata.namespace', 'relations'],
      });
      return new Map(
        items.map((entity, index) => [
          entityRefs[index],
          (entity?.relations ?? [])
            .filter(({ type }) => type === RELATION_OWNED_BY)
            .map(({ targetRef }) => targetRef),
        ]),
      );
    },
    enabled: entityRefs.length > 0,
    refetchInterval: OWNERS_INTERVAL,
    staleTime: OWNERS_INTERVAL,
    placeholderData: previous => previous,
  });
  const mine = useQuery({
    queryKey: ['identity'],
    queryFn: async () => {
      const { ownershipEntityRefs } = await identityApi.getBackstageIdentity();
      return ownershipEntityRefs;
    },
    refetchInterval: false,
    staleTime: Infinity,
  });
  return useMemo(
    () => ({
      ownersOf: ref => owners.data?.get(ref) ?? [],
      mine: new Set(mine.data),
      isKnown: owners.data !== undefined && mine.data !== undefined,
      error: owners.error ?? mine.error,
    }),
    [owners.data, mine.data, owners.error, mine.error],
  );
}
