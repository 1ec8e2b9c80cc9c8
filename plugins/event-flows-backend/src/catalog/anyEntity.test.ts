import { mockCredentials } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { JsonObject } from '@backstage/types';
import { AddressPolicy } from '@event-flows/engine';
import fc from 'fast-check';
import { algorithm, algorithmVersion } from '../__testUtils__/entities';
import { AlgorithmDirectory } from './AlgorithmDirectory';
import { type ChosenVersion, chooseVersion } from './chooseVersion';

jest.setTimeout(60_000);

const SEED = 20261126;

const SENTIMENT = 'component:default/sentiment';
const credentials = mockCredentials.service();

const policy = new AddressPolicy({
  brokers: { allow: [] },
  endpoints: { allow: ['https://algorithms.example.com/'] },
});

const text = fc.oneof(
  fc.constantFrom(
    ...['', '1.0.0', 'v1.0.0', '1.0.0+a', '1.0.0+b', '99999999999.0.0', 'x'],
    ...['https://algorithms.example.com/a', 'https://algorithms.example.com'],
    ...['https://algorithms.example.com@evil/', 'file:///etc/passwd', '//a'],
    ...['https://algorithms.example.com/%2e%2e/%2f', 'https://evil.example/'],
    ...['https://me:secret@algorithms.example.com/', 'https://[::1', '\ud800'],
    ...[SENTIMENT, 'sentiment', 'Sentiment', 'component:other/a', 'a:b:c', '/'],
    ['javascript', 'alert(1)'].join(':'),
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

const noText = fc.constantFrom(null, true, 7, [], ['a'], {}, { toString: 'a' });

/** A version of sentiment by its relations, whatever else it says. */
const anyVersion: fc.Arbitrary<Entity> = fc
  .record({
    name: fc.constantFrom('a', 'A', 'b', 'c'),
    version: fc.option(text, { nil: undefined }),
    endpoint: fc.option(text, { nil: undefined }),
    pointer: fc.option(text, { nil: undefined }),
    lifecycle: fc.oneof(fc.constantFrom('production', 'deprecated'), noText),
    parent: fc.oneof(text, noText),
    hasAnnotations: fc.boolean(),
  })
  .map(({ name, version, endpoint, pointer, hasAnnotations, ...spec }) => {
    const known = algorithmVersion('sentiment', '1.0.0');
    return {
      ...known,
      metadata: {
        ...{ name, namespace: 'default' },
        ...(hasAnnotations && {
          annotations: {
            ...(version !== undefined && { 'event-flows.io/version': version }),
            ...(endpoint !== undefined && {
              'event-flows.io/endpoint': endpoint,
            }),
            ...(pointer !== undefined && {
              'event-flows.io/failure-pointer': pointer,
            }),
          },
        }),
      },
      spec: {
        type: 'algorithm-version',
        lifecycle: spec.lifecycle,
        subcomponentOf: spec.parent,
      } as JsonObject,
    };
  });

function directoryOf(entities: Entity[]): AlgorithmDirectory {
  return new AlgorithmDirectory(catalogServiceMock({ entities }), {
    algorithmType: 'algorithm',
    algorithmVersionType: 'algorithm-version',
  });
}

/** It can be delivered to, or the reason says something and repeats nothing. */
function expectSound(choice: ChosenVersion): void {
  if ('version' in choice) {
    const { endpoint, algorithmRef } = choice.version;
    expect(algorithmRef).toBe(SENTIMENT);
    expect(new URL(endpoint).origin).toBe('https://algorithms.example.com');
  } else {
    expect(choice.problem).toMatch(/\w{3}/);
    expect(choice.problem).not.toMatch(/secret|alert/);
  }
}

describe('any entities of the catalog', () => {
  it('are versions to choose from, or say why they are none', async () => {
    let chosen = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyVersion, { maxLength: 8 }),
        fc.boolean(),
        async (entities, hasGoodOne) => {
          const good = algorithmVersion('sentiment', '1.0.0');
          const all = [
            algorithm('sentiment'),
            ...entities,
            ...(hasGoodOne ? [good] : []),
          ];
          const versions =
            (await directoryOf(all).versionsOf([SENTIMENT], credentials)).get(
              SENTIMENT,
            ) ?? [];
          for (const wanted of ['latest', ...versions.map(({ ref }) => ref)]) {
            const choice = chooseVersion(wanted, SENTIMENT, versions, policy);
            chosen += 'version' in choice ? 1 : 0;
            expectSound(choice);
          }
          // A broken entity beside it takes nothing from a good one.
          expect(versions.some(({ ref }) => ref.endsWith('-1-0-0'))).toBe(
            hasGoodOne,
          );
        },
      ),
      { seed: SEED, numRuns: 1000 },
    );
    expect(chosen).toBeGreaterThan(100);
  });

  it('are algorithms with their owners, or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 6 }),
        fc.array(fc.oneof(fc.constantFrom('algorithm', 'a'), noText), {
          maxLength: 3,
        }),
        async (owners, types) => {
          const sentiment = algorithm('sentiment');
          const all = [
            ...types.map((type, i) => ({
              ...algorithm(`other-${i}`),
              spec: { type } as JsonObject,
            })),
            {
              ...sentiment,
              relations: owners.map(targetRef => ({
                type: 'ownedBy',
                targetRef,
              })),
            },
            sentiment,
          ];
          const refs = [
            SENTIMENT,
            ...types.map((_, i) => `component:default/other-${i}`),
          ];
          const directory = directoryOf(all);
          expect(await directory.filterAlgorithms(refs, credentials)).toEqual(
            new Set([
              SENTIMENT,
              ...refs.slice(1).filter((_, i) => types[i] === 'algorithm'),
            ]),
          );
          const known = await directory.ownersOf(refs, credentials);
          expect(known.get(SENTIMENT)).toBeDefined();
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });
});
