import { ConfigReader } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { JsonObject, JsonValue } from '@backstage/types';
import { createEngine } from '@event-flows/engine';
import fc from 'fast-check';
import { readEventFlowsConfig } from './config';
import { engineOptions } from './engine';
import { SecretBox } from './secrets/SecretBox';

const SEED = 20261126;

/** Everything that there is, and right. */
const FULL: JsonObject = {
  administrators: ['group:default/platform'],
  brokers: {
    allow: ['kafka.internal:9092', '10.0.0.0/8:*', '[::1]:9092', '*.a.com:1'],
    allowPlaintextPasswords: ['*.example.com:*'],
  },
  endpoints: {
    allow: ['https://algorithms.example.com/'],
    credentials: [
      {
        prefix: 'https://algorithms.example.com/',
        headers: { Authorization: 'Bearer token' },
      },
    ],
    forwardHeaders: ['x-tenant'],
  },
  secrets: {
    keys: [{ id: 'a', key: Buffer.alloc(32, 7).toString('base64') }],
  },
  consumers: { enabled: true },
  delivery: {
    driver: 'kafkajs',
    defaults: { startFrom: 'latest', ordering: 'key', concurrency: 8 },
    limits: { concurrency: 64, timeoutMs: 60_000, maxAttempts: 20 },
  },
  catalog: { algorithmType: 'model', algorithmVersionType: 'model-version' },
};

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom(
    ...['', ' ', '*', ':', ':9092', 'kafka', 'kafka:0', 'kafka:65536', 'a b:1'],
    ...['::1:9092', '[::1]', '[::1]:*', '1.2.3.4/33:1', '[::/129]:1', '/:1'],
    ...['10.0.0.0/8', '*:*', '*.:1', '*.*:1', 'user:x@kafka:1', 'http://a:1'],
    ...['http://', 'https://a b/', 'file:///etc', 'https://u:p@a/', 'https:a'],
    ...['https://a/?q=1', 'https://a/#h', 'https://[::1', 'https://*/'],
    ...['Host', 'content-length', 'a\r\nb', '\u0000', '__proto__', 'ce-id'],
    ...['true', '-1', '1e999', '0x10', 'NaN', 'component:default/a', 'a:b/c/d'],
  ),
);

const value = fc.oneof(
  text,
  fc.constantFrom(null, true, false, -1, 0, 0.5, 1e308, -1e308, 2 ** 53),
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(text, { maxLength: 4 }),
  fc.dictionary(text, text, { maxKeys: 3 }),
) as fc.Arbitrary<JsonValue>;

/** The full configuration with another value, or a new key, somewhere. */
const changed = fc
  .tuple(fc.constantFrom(...pathsOf(FULL)), fc.option(text), value)
  .map(([path, key, other]) =>
    replaceAt(FULL, key === null ? path : [...path.slice(0, -1), key], other),
  );

function start(eventFlows: JsonValue) {
  const config = readEventFlowsConfig(new ConfigReader({ eventFlows }));
  const box = new SecretBox(config.secrets.keys);
  return { box, engine: createEngine(engineOptions(config), () => {}) };
}

/** What a start says of a configuration; nothing if it succeeds. */
async function refusalOf(eventFlows: JsonValue): Promise<unknown> {
  try {
    const { engine } = start(eventFlows);
    await engine.close();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('any configuration', () => {
  it('starts, if it is right', async () => {
    expect(await refusalOf(FULL)).toBeUndefined();
  });

  it.each([
    ['a key with another value', changed, 2000],
    ['something else', value, 300],
  ])(
    'starts, or says which key is wrong: %s',
    async (_, configs, numRuns) => {
      await fc.assert(
        fc.asyncProperty(configs, async config => {
          const error = await refusalOf(config);
          if (error === undefined) {
            return;
          }
          // Anything but these would be an accident on the way.
          expect([InputError, Error]).toContain((error as Error).constructor);
          expect(String((error as Error).message)).toMatch(
            /^(Wrong configuration: )?eventFlows[.:[ ]/,
          );
        }),
        { seed: SEED, numRuns },
      );
    },
    60_000,
  );
});

type Path = ReadonlyArray<string | number>;

function pathsOf(node: JsonValue, path: Path = []): Path[] {
  const entries = Array.isArray(node)
    ? node.map((inner, i) => [i, inner] as const)
    : Object.entries(typeof node === 'object' && node ? node : {});
  return entries.flatMap(([key, inner]) => [
    [...path, key],
    ...pathsOf(inner ?? null, [...path, key]),
  ]);
}

function replaceAt(
  node: JsonValue | undefined,
  [key, ...rest]: Path,
  other: JsonValue,
): JsonValue {
  if (key === undefined) {
    return other;
  }
  if (Array.isArray(node)) {
    return node.map((inner, i) =>
      i === Number(key) ? replaceAt(inner, rest, other) : inner,
    );
  }
  const object = (node ?? {}) as JsonObject;
  // By entries: an assignment to __proto__ would not make a key.
  return Object.fromEntries([
    ...Object.entries(object),
    [key, replaceAt(object[key], rest, other)],
  ]) as JsonObject;
}
