import type { Entity } from '@backstage/catalog-model';

/** An algorithm as the catalog has it. */
export function algorithm(
  name: string,
  owner = 'group:default/nlp',
  uid = `uid of ${name}`,
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, namespace: 'default', uid },
    spec: { type: 'algorithm', lifecycle: 'production', owner },
    relations: [{ type: 'ownedBy', targetRef: owner }],
  };
}

/** A version of an algorithm as the catalog has it. */
export function algorithmVersion(
  algorithmName: string,
  version: string,
  overrides: { lifecycle?: string; endpoint?: string; uid?: string } = {},
): Entity {
  const { lifecycle = 'production' } = overrides;
  const endpoint =
    overrides.endpoint ??
    `https://algorithms.example.com/${algorithmName}/${version}`;
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: `${algorithmName}-${version.replaceAll('.', '-')}`,
      namespace: 'default',
      uid: overrides.uid ?? `uid of ${algorithmName} ${version}`,
      annotations: {
        'event-flows.io/version': version,
        'event-flows.io/endpoint': endpoint,
      },
    },
    spec: {
      type: 'algorithm-version',
      lifecycle,
      owner: 'group:default/nlp',
      subcomponentOf: algorithmName,
    },
    relations: [
      { type: 'partOf', targetRef: `component:default/${algorithmName}` },
    ],
  };
}
