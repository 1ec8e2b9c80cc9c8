import { z } from 'zod';
import { timestampSchema, visibleCharacters, visibleText } from './text';

/** Bytes of PEM text that a form may carry: a long chain, with room to spare. */
const MAX_PEM_LENGTH = 64 * 1024;

function pem(label: RegExp, what: string) {
  return z
    .string()
    .max(MAX_PEM_LENGTH, `must not be longer than ${MAX_PEM_LENGTH} characters`)
    .regex(label, `must be ${what} in PEM form (-----BEGIN …)`);
}

/** Of certificates alone: they are stored and shown as they are, which a key must not be. */
function certificates() {
  return pem(/-----BEGIN CERTIFICATE-----/, 'a certificate').refine(
    text => !/-----BEGIN (?!CERTIFICATE-----)|PRIVATE KEY/i.test(text),
    {
      message:
        'must hold certificates only; a private key belongs into its own field, where it is encrypted',
    },
  );
}

/**
 * `host:port` of one broker; IPv6 addresses in brackets.
 *
 * @public
 */
export const brokerAddressSchema = z
  .string()
  .max(260)
  .regex(
    /^(?:\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?):\d{1,5}$/,
    'must be host:port, like kafka.example.com:9092',
  )
  .refine(
    address => {
      const port = Number(address.slice(address.lastIndexOf(':') + 1));
      return port >= 1 && port <= 65_535;
    },
    { message: 'must have a port between 1 and 65535' },
  );

/**
 * How the broker's identity is checked. The key never comes back from the API.
 *
 * @public
 */
export const tlsInputSchema = z
  .strictObject({
    ca: certificates().optional(),
    cert: certificates().optional(),
    key: pem(/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key').optional(),
  })
  .refine(tls => (tls.cert === undefined) === (tls.key === undefined), {
    message: 'a client certificate and its key belong together: give both',
    path: ['key'],
  });

/**
 * The ways to sign in that are known.
 *
 * @public
 */
export const saslMechanismSchema = z.enum([
  'plain',
  'scram-sha-256',
  'scram-sha-512',
]);

/**
 * How to sign in to the cluster. The password never comes back from the API.
 *
 * @public
 */
export const saslInputSchema = z.strictObject({
  mechanism: saslMechanismSchema,
  username: visibleCharacters(256),
  /** Control characters have a meaning of their own in SASL. */
  password: z
    .string()
    .min(1, 'must not be empty')
    .max(1024)
    .refine(password => !/[\p{Cc}\p{Cs}]/u.test(password), {
      message: 'must not contain control characters',
    }),
});

/**
 * The name of a connection, unique among them.
 *
 * @public
 */
export const connectionNameSchema = visibleText(63);

/**
 * What a person enters to connect a cluster.
 *
 * @public
 */
export const createConnectionSchema = z.strictObject({
  name: connectionNameSchema,
  type: z.literal('kafka'),
  brokers: z
    .array(brokerAddressSchema)
    .min(1, 'at least one broker is needed')
    .max(50, 'at most 50 brokers; the others are found through these')
    .refine(brokers => new Set(brokers).size === brokers.length, {
      message: 'each broker only once',
    }),
  tls: z.union([z.literal(true), tlsInputSchema]).optional(),
  sasl: saslInputSchema.optional(),
});

/**
 * Whether the cluster answered when it was last asked.
 *
 * @public
 */
export const connectionStateSchema = z.object({
  status: z.enum(['connected', 'unreachable']),
  /** Since when it is so. */
  since: timestampSchema,
  /** When the cluster was last asked. */
  checkedAt: timestampSchema,
  /** Why it is unreachable, in a sentence. */
  reason: z.string().optional(),
});

/**
 * A registered cluster. Holds no secret, whoever asks.
 *
 * @public
 */
export const connectionSchema = z.object({
  id: z.string(),
  name: z.string(),
  type: z.literal('kafka'),
  brokers: z.array(z.string()),
  tls: z
    .object({
      ca: z.string().optional(),
      cert: z.string().optional(),
      hasClientKey: z.boolean(),
    })
    .optional(),
  sasl: z
    .object({ mechanism: saslMechanismSchema, username: z.string() })
    .optional(),
  clusterId: z.string().optional(),
  createdAt: timestampSchema,
  /** Entity ref of the person who connected it. */
  createdBy: z.string(),
  state: connectionStateSchema,
  /** Topics to which at least one algorithm has access. */
  topicsInUse: z.number().int(),
  queuesEnabled: z.number().int(),
});

/** See {@link tlsInputSchema}. @public */
export type TlsInput = z.infer<typeof tlsInputSchema>;
/** See {@link saslMechanismSchema}. @public */
export type SaslMechanism = z.infer<typeof saslMechanismSchema>;
/** See {@link saslInputSchema}. @public */
export type SaslInput = z.infer<typeof saslInputSchema>;
/** See {@link createConnectionSchema}. @public */
export type CreateConnection = z.infer<typeof createConnectionSchema>;
/** See {@link connectionStateSchema}. @public */
export type ConnectionState = z.infer<typeof connectionStateSchema>;
/** See {@link connectionSchema}. @public */
export type Connection = z.infer<typeof connectionSchema>;
