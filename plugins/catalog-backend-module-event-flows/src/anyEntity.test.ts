import { mockServices } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import type {
  AlphaEntity,
  EntityStatusItem,
} from '@backstage/catalog-model/alpha';
import type { JsonObject } from '@backstage/types';
import fc from 'fast-check';
import { AlgorithmVersionProcessor } from './AlgorithmVersionProcessor';

const SEED = 20261126;

const VERSION = 'event-flows.io/version';
const ENDPOINT = 'event-flows.io/endpoint';
const FAILURE_POINTER = 'event-flows.io/failure-pointer';

const TEXTS = [
  ...['', ' ', '1.0.2', 'v1.0.2', '1.0.2-beta+7', '1.0', '0'.repeat(300), '*'],
  ...['https://a.example.com/x', 'http://[::1]:80/', 'https://a/?q=%00'],
  ...['file:///etc/passwd', 'data:text/plain,x', 'blob:https://a/1', '//a/b'],
  ...['https://me:secret@a.example.com/', 'https://me@a/', 'https://a/#part'],
  ...['https://', 'https://[::1', 'https://a b/', 'https://\u0000/', 'a:b'],
  ...['https://a\r\nx-evil: 1/', 'https://xn--a/', 'https://999.1.1.1/'],
  ...['/error', 'error', '/~', '/~0~1', '/~2', '\ud800', '\u202e', 'a\u0000'],
  ...['component:default/a', 'a', 'a/b/c', 'a:b:c', ':', '/', '__proto__'],
  ['javascript', 'alert(1)'].join(':'),
  `/${'x'.repeat(6_000_000)}`,
];

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.webUrl({ withFragments: true }) },
);

/** A text that is right, or any. */
function mostly(right: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(right) },
    { weight: 1, arbitrary: text },
  );
}

/** What the catalog lets through to processors: checked, but only in general. */
const anyVersion: fc.Arbitrary<Entity> = fc
  .record({
    annotations: fc.option(
      fc
        .record(
          {
            [VERSION]: mostly('1.0.2'),
            [ENDPOINT]: mostly('https://a.example.com/x'),
            [FAILURE_POINTER]: mostly('/error'),
          },
          { requiredKeys: [] },
        )
        .map(annotations => ({ 'other.example.com/a': 'b', ...annotations })),
      { nil: undefined },
    ),
    namespace: fc.option(fc.constantFrom('default', 'Other'), {
      nil: undefined,
    }),
    spec: fc.record(
      {
        type: mostly('algorithm-version'),
        lifecycle: fc.oneof(text, fc.jsonValue({ maxDepth: 1 })),
        owner: text,
        subcomponentOf: fc.oneof(
          { weight: 4, arbitrary: mostly('a') },
          { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
        ),
      },
      { requiredKeys: ['type'] },
    ),
    status: fc.constantFrom(undefined, {}, { items: [] }),
  })
  .map(({ annotations, namespace, spec, status }) => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: 'version',
      ...(namespace && { namespace }),
      ...(annotations && { annotations }),
    },
    spec: spec as JsonObject,
    ...(status && { status }),
  }));

const location = { type: 'url', target: 'https://example.com/catalog.yaml' };

function process(entity: Entity): Promise<AlphaEntity> {
  const cache = { get: async () => undefined, set: async () => {} };
  const processor = new AlgorithmVersionProcessor({
    versionType: 'algorithm-version',
    logger: mockServices.logger.mock(),
  });
  return processor.postProcessEntity(entity, location, () => {}, {
    ...cache,
    forTarget: () => cache as never,
  } as never);
}

/** By what the page about the model says, and not by the code that is tested. */
function isUsable({ metadata, spec }: Entity): boolean {
  const { [VERSION]: version, [ENDPOINT]: endpoint } =
    metadata.annotations ?? {};
  if (!version || !endpoint || !URL.canParse(endpoint)) {
    return false;
  }
  const { protocol, username, password, hash } = new URL(endpoint);
  return (
    /^https?:$/.test(protocol) &&
    !username &&
    !password &&
    !hash &&
    /\d+\.\d+\.\d+/.test(version) &&
    typeof spec?.subcomponentOf === 'string'
  );
}

/** What is wrong is named, and nothing repeated that is secret or made to deceive. */
function expectToHelp(errors: readonly EntityStatusItem[]): void {
  for (const { level, message } of errors) {
    expect(level).toBe('error');
    expect(message).toMatch(
      /^The annotation event-flows\.io\/|^spec\.subcomponentOf must name/,
    );
    expect(message).not.toMatch(/secret|alert|\u202e/);
  }
}

describe('any algorithm version', () => {
  it('is kept as it is, or with an error that says what is wrong', async () => {
    let usable = 0;
    await fc.assert(
      fc.asyncProperty(anyVersion, async entity => {
        const { status, ...processed } = await process(entity);
        const { status: _, ...before } = entity as AlphaEntity;
        expect(processed).toEqual(before);
        const errors = status?.items ?? [];
        const isVersion = entity.spec?.type === 'algorithm-version';
        const isAccepted = isVersion && errors.length === 0;
        usable += isAccepted ? 1 : 0;
        expect(isAccepted && !isUsable(entity)).toBe(false);
        expect(errors.length).toBeLessThanOrEqual(isVersion ? 1 : 0);
        expectToHelp(errors);
      }),
      { seed: SEED, numRuns: 1000 },
    );
    expect(usable).toBeGreaterThan(50);
  }, 60_000);
});
