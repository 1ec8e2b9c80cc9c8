import type { Entity } from '@backstage/catalog-model';
import { byPreference, latestVersion } from './latestVersion';
import { readAlgorithmVersion } from './readAlgorithmVersion';

function entity(options: {
  name?: string;
  version?: string;
  endpoint?: string;
  failurePointer?: string;
  lifecycle?: string;
  subcomponentOf?: string;
}): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: options.name ?? `sentiment-${options.version}`,
      annotations: {
        ...(options.version !== undefined && {
          'event-flows.io/version': options.version,
        }),
        'event-flows.io/endpoint':
          options.endpoint ?? 'https://algorithms.example.com/sentiment',
        ...(options.failurePointer !== undefined && {
          'event-flows.io/failure-pointer': options.failurePointer,
        }),
      },
    },
    spec: {
      type: 'algorithm-version',
      lifecycle: options.lifecycle ?? 'production',
      subcomponentOf: options.subcomponentOf ?? 'component:default/sentiment',
    },
  };
}

const read = (options: Parameters<typeof entity>[0]) =>
  readAlgorithmVersion(entity(options));

describe('readAlgorithmVersion', () => {
  it('reads a valid version', () => {
    expect(
      read({
        name: 'Sentiment-1',
        version: 'v1.0.2',
        failurePointer: '/error',
      }),
    ).toEqual({
      valid: true,
      ref: 'component:default/sentiment-1',
      algorithmRef: 'component:default/sentiment',
      version: '1.0.2',
      endpoint: 'https://algorithms.example.com/sentiment',
      failurePointer: '/error',
      lifecycle: 'production',
    });
  });

  it('tells an entity from another of the same name', () => {
    const version = entity({ version: '1.0.0' });
    const metadata = { ...version.metadata, uid: 'one' };
    expect(readAlgorithmVersion({ ...version, metadata })).toMatchObject({
      uid: 'one',
    });
  });

  it('completes a short reference to the algorithm', () => {
    expect(
      read({ version: '1.0.0', subcomponentOf: 'Sentiment' }),
    ).toMatchObject({ algorithmRef: 'component:default/sentiment' });
  });

  it.each([
    [{}, 'event-flows.io/version is missing'],
    [{ version: '1.0' }, 'event-flows.io/version is not a semantic version'],
    [{ version: '1.0.0', endpoint: '' }, 'event-flows.io/endpoint is missing'],
    [{ version: '1.0.0', endpoint: 'nowhere' }, 'is not a URL'],
    [{ version: '1.0.0', endpoint: 'file:///etc/passwd' }, 'http or https'],
    [{ version: '1.0.0', endpoint: 'data:text/plain,x' }, 'http or https'],
    [
      { version: '1.0.0', endpoint: 'https://a:b@c.example/' },
      'user or password',
    ],
    [{ version: '1.0.0', endpoint: 'https://c.example/#x' }, 'fragment'],
    [{ version: '1.0.0', failurePointer: 'error' }, 'not a JSON Pointer'],
    [{ version: '1.0.0', failurePointer: '/a~2' }, 'not a JSON Pointer'],
    [{ version: '1.0.0', failurePointer: '/a~' }, 'not a JSON Pointer'],
    [{ version: '1.0.0', subcomponentOf: '' }, 'spec.subcomponentOf'],
    [{ version: '1.0.0', subcomponentOf: ':/' }, 'spec.subcomponentOf'],
  ])('says what is wrong with %j', (options, message) => {
    expect(read(options)).toMatchObject({
      valid: false,
      error: expect.stringContaining(message),
    });
  });

  it('reads a failure pointer of any length', () => {
    const failurePointer = `/${'a'.repeat(10_000_000)}`;
    expect(read({ version: '1.0.0', failurePointer }).valid).toBe(true);
    expect(
      read({ version: '1.0.0', failurePointer: `${failurePointer}~` }).valid,
    ).toBe(false);
  });
});

describe('latestVersion', () => {
  it('is the highest valid one in production, by precedence not by text', () => {
    const versions = [
      read({ version: '1.9.0' }),
      read({ version: '1.10.0' }),
      read({ version: '2.0.0-beta.1', lifecycle: 'experimental' }),
      read({ version: '3.0.0', lifecycle: 'deprecated' }),
      read({ version: '4.0.0', endpoint: 'nowhere' }),
    ];
    expect(latestVersion(versions)?.version).toBe('1.10.0');
    expect(latestVersion([])).toBeUndefined();
  });
});

describe('byPreference', () => {
  it('puts the newest first, deprecated and unusable ones last', () => {
    const versions = [
      read({ name: 'broken', version: '9.0.0', endpoint: 'nowhere' }),
      read({ name: 'old', version: '0.9.0', lifecycle: 'deprecated' }),
      read({ name: 'a', version: '1.0.0' }),
      read({ name: 'b', version: '1.2.0' }),
      read({
        name: 'beta',
        version: '2.0.0-beta.1',
        lifecycle: 'experimental',
      }),
    ];
    expect(
      versions.sort(byPreference).map(version => version.ref.split('/')[1]),
    ).toEqual(['beta', 'b', 'a', 'old', 'broken']);
  });
});
