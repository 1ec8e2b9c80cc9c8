import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import {
  DEFAULT_ALGORITHM_TYPE,
  DEFAULT_ALGORITHM_VERSION_TYPE,
  defaultQueueSettings,
  entityRefSchema,
  normalizeEntityRef,
  queueSettingsSchema,
} from '@event-flows/backstage-plugin-event-flows-common';
import { isReservedHeader } from '@event-flows/engine';
import { z } from 'zod';
import { describeProblems } from './validation';

/** The settings of a queue that an operator can bound. */
export const LIMITED_SETTINGS = [
  'concurrency',
  'timeoutMs',
  'maxAttempts',
] as const;

/** Bytes of an AES-256 key. */
const KEY_BYTES = 32;

/** Environment variables arrive as text, also where a switch or a number is meant. */
const flag = z.preprocess(
  value => (value === 'true' || value === 'false' ? value === 'true' : value),
  z.boolean('must be true or false'),
);

function number(schema: z.ZodType<number>) {
  return z.preprocess(
    value =>
      typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value,
    schema,
  );
}

const brokerPattern = z
  .string()
  .regex(
    /^\S+:(\d{1,5}|\*)$/,
    'must be host:port or CIDR:port, like kafka.example.com:9092, *.example.com:* or 10.0.0.0/8:9092',
  );

const endpointPrefix = z
  .string()
  .refine(
    isHttpUrl,
    'must be a URL prefix, like https://algorithms.example.com/',
  );

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be the name of an HTTP header')
  .refine(
    name => !isReservedHeader(name),
    'cannot be set: it belongs to HTTP or to the requests of Event Flows themselves',
  );

const headerValue = z
  .string()
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be the value of an HTTP header');

const { startFrom, ordering, deadLetterTopic, ...numbers } =
  queueSettingsSchema.shape;

const schema = z.strictObject({
  administrators: z.array(entityRefSchema).default([]),
  brokers: z
    .strictObject({
      allow: z.array(brokerPattern).default([]),
      allowPlaintextPasswords: z.array(brokerPattern).default([]),
    })
    .prefault({}),
  endpoints: z
    .strictObject({
      allow: z.array(endpointPrefix).default([]),
      credentials: z
        .array(
          z.strictObject({
            prefix: endpointPrefix,
            headers: z
              .record(headerName, headerValue)
              .refine(
                headers => areDistinct(Object.keys(headers)),
                'each header only once, however it is spelt',
              ),
          }),
        )
        .default([]),
      forwardHeaders: z.array(headerName).default([]),
    })
    .prefault({}),
  secrets: z
    .strictObject({
      keys: z
        .array(
          z.strictObject({
            id: z.string().min(1, 'must not be empty').max(64),
            key: z
              .string()
              .refine(
                text => readKey(text) !== undefined,
                'must be 32 bytes in base64, as "openssl rand -base64 32" prints them',
              ),
          }),
        )
        .refine(
          keys => new Set(keys.map(({ id }) => id)).size === keys.length,
          'each id only once',
        )
        .default([]),
      lostKeys: z.array(z.string()).default([]),
    })
    .superRefine(({ keys, lostKeys }, context) => {
      const found = keys.find(({ id }) => lostKeys.includes(id));
      if (found) {
        context.addIssue({
          code: 'custom',
          path: ['lostKeys'],
          message: `"${found.id}" is in eventFlows.secrets.keys, and so is not lost; remove it here`,
        });
      }
    })
    .prefault({}),
  consumers: z.strictObject({ enabled: flag.default(true) }).prefault({}),
  delivery: z
    .strictObject({
      driver: z.enum(['kafkajs', 'platformatic']).default('kafkajs'),
      defaults: z
        .strictObject({
          startFrom,
          ordering,
          concurrency: number(numbers.concurrency),
          timeoutMs: number(numbers.timeoutMs),
          maxAttempts: number(numbers.maxAttempts),
        })
        .partial()
        .default({}),
      limits: z
        .strictObject({
          concurrency: number(numbers.concurrency),
          timeoutMs: number(numbers.timeoutMs),
          maxAttempts: number(numbers.maxAttempts),
        })
        .partial()
        .default({}),
    })
    .superRefine(({ defaults, limits }, context) => {
      const settings = { ...defaultQueueSettings, ...defaults };
      for (const name of LIMITED_SETTINGS) {
        const limit = limits[name];
        if (limit !== undefined && settings[name] > limit) {
          context.addIssue({
            code: 'custom',
            path: ['limits', name],
            message: `must not be below the default, which is ${settings[name]}; lower delivery.defaults.${name} as well`,
          });
        }
      }
    })
    .prefault({}),
  receipts: z
    .strictObject({
      enabled: flag.default(true),
      excludeTopics: z
        .array(
          z
            .string()
            .regex(
              /^[A-Za-z0-9._*-]+$/,
              'must be the name of a topic, in which * stands for any characters',
            ),
        )
        .default([]),
      keepPerQueue: number(z.number().int().min(1).max(10_000)).default(1_000),
      maxAgeHours: number(z.number().int().min(1).max(720)).default(24),
    })
    .prefault({}),
  incidents: z
    .strictObject({
      stalledAfterMinutes: number(z.number().int().min(1).max(1_440)).default(
        10,
      ),
    })
    .prefault({}),
  catalog: z
    .strictObject({
      algorithmType: z.string().min(1).default(DEFAULT_ALGORITHM_TYPE),
      algorithmVersionType: z
        .string()
        .min(1)
        .default(DEFAULT_ALGORITHM_VERSION_TYPE),
    })
    .refine(types => types.algorithmType !== types.algorithmVersionType, {
      path: ['algorithmVersionType'],
      message: 'must differ from eventFlows.catalog.algorithmType',
    })
    .prefault({}),
});

/** What the operator configured below `eventFlows`, with every default. */
export type EventFlowsConfig = Omit<z.output<typeof schema>, 'secrets'> & {
  secrets: { keys: Array<{ id: string; key: Buffer }>; lostKeys: string[] };
};

/**
 * Reads `eventFlows` and refuses what is wrong in it.
 *
 * @throws InputError naming the wrong and unknown keys (the first ten, where
 *   there are more) and what is allowed
 */
export function readEventFlowsConfig(root: Config): EventFlowsConfig {
  const result = schema.safeParse(root.getOptional('eventFlows') ?? {});
  if (!result.success) {
    const problems = describeProblems(result.error, schema, 'eventFlows');
    throw new InputError(`Wrong configuration: ${problems.join('; ')}`);
  }
  const { administrators, secrets, ...rest } = result.data;
  return {
    ...rest,
    administrators: administrators.map(normalizeEntityRef),
    secrets: {
      lostKeys: secrets.lostKeys,
      keys: secrets.keys.map(({ id, key }) => ({
        id,
        key: readKey(key) ?? Buffer.alloc(0),
      })),
    },
  };
}

function areDistinct(names: string[]): boolean {
  return (
    new Set(names.map(name => name.toLocaleLowerCase('en-US'))).size ===
    names.length
  );
}

function readKey(text: string): Buffer | undefined {
  const key = Buffer.from(text, 'base64');
  const isBase64 = /^[A-Za-z0-9+/_-]+=*$/.test(text.trim());
  return isBase64 && key.length === KEY_BYTES ? key : undefined;
}

function isHttpUrl(text: string): boolean {
  return (
    URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
  );
}
