import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  type CipherGCM,
} from 'node:crypto';
import { z } from 'zod';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Where a secret is kept. A sealed text opens at this place only. */
export interface SecretPlace {
  table: string;
  rowId: string;
  field: string;
}

const sealedSchema = z.object({
  v: z.literal(1),
  /** Id of the configured key that wraps the data key. */
  key: z.string(),
  wrapped: z.base64(),
  data: z.base64(),
});

/** A sealed secret does not open: another place, another key, or damaged. */
export class SecretUnreadableError extends Error {
  name = 'SecretUnreadableError' as const;
}

/**
 * Keeps secrets at rest. Every secret is encrypted with a data key of its own,
 * which is wrapped by a configured key: the first of the list seals, all of
 * them open. Changing keys therefore never touches the secrets themselves.
 */
export class SecretBox {
  readonly #keys: ReadonlyArray<{ id: string; key: Buffer }>;

  constructor(keys: ReadonlyArray<{ id: string; key: Buffer }>) {
    this.#keys = keys;
  }

  /** Id of the key that seals; undefined if none is configured. */
  get currentKey(): string | undefined {
    return this.#keys[0]?.id;
  }

  /** Ids of all keys, the one that seals first. */
  get keyIds(): string[] {
    return this.#keys.map(({ id }) => id);
  }

  /**
   * By id, what tells a key from another one of the same name and nothing else
   * of it: a one-way function of 32 random bytes.
   */
  fingerprints(): Map<string, string> {
    return new Map(
      this.#keys.map(({ id, key }) => [
        id,
        createHmac('sha256', key)
          .update('event-flows key fingerprint')
          .digest('hex'),
      ]),
    );
  }

  /** @throws Error if no key is configured */
  seal(secret: string, place: SecretPlace): string {
    const [wrappingKey] = this.#keys;
    if (!wrappingKey) {
      throw new Error('No key is configured in eventFlows.secrets.keys');
    }
    const dataKey = randomBytes(KEY_BYTES);
    return write({
      v: 1,
      key: wrappingKey.id,
      wrapped: encrypt(wrappingKey.key, dataKey, bind('key', place)),
      data: encrypt(dataKey, Buffer.from(secret), bind('data', place)),
    });
  }

  /** @throws {@link SecretUnreadableError} */
  open(sealed: string, place: SecretPlace): string {
    const { key, wrapped, data } = read(sealed);
    const dataKey = decrypt(this.#key(key), wrapped, bind('key', place));
    return decrypt(dataKey, data, bind('data', place)).toString();
  }

  /**
   * The same secret with its data key wrapped by the first key; undefined if
   * it is already.
   *
   * @throws {@link SecretUnreadableError}
   */
  rewrap(sealed: string, place: SecretPlace): string | undefined {
    const { key, wrapped, data } = read(sealed);
    const [first] = this.#keys;
    if (!first || key === first.id) {
      return undefined;
    }
    const dataKey = decrypt(this.#key(key), wrapped, bind('key', place));
    return write({
      v: 1,
      key: first.id,
      wrapped: encrypt(first.key, dataKey, bind('key', place)),
      data,
    });
  }

  /**
   * Sees to it that a secret's data key unwraps, without opening the secret.
   *
   * @throws {@link SecretUnreadableError}
   */
  check(sealed: string, place: SecretPlace): void {
    const { key, wrapped } = read(sealed);
    decrypt(this.#key(key), wrapped, bind('key', place));
  }

  #key(wanted: string): Buffer {
    const found = this.#keys.find(({ id }) => id === wanted);
    if (!found) {
      throw new SecretUnreadableError(
        `The key "${wanted}" is missing in eventFlows.secrets.keys`,
      );
    }
    return found.key;
  }
}

/**
 * Id of the key that a sealed secret needs.
 *
 * @throws {@link SecretUnreadableError}
 */
export function wrappingKeyOf(sealed: string): string {
  return read(sealed).key;
}

function write(sealed: z.infer<typeof sealedSchema>): string {
  return JSON.stringify(sealed);
}

function read(text: string): z.infer<typeof sealedSchema> {
  try {
    return sealedSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SecretUnreadableError('A stored secret is damaged', { cause });
  }
}

/** Binds a ciphertext to its part and place; JSON keeps the parts apart. */
function bind(part: 'key' | 'data', place: SecretPlace): Buffer {
  const { table, rowId, field } = place;
  return Buffer.from(JSON.stringify([part, table, rowId, field]));
}

function encrypt(key: Buffer, text: Buffer, bound: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher: CipherGCM = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(bound);
  const body = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64');
}

function decrypt(key: Buffer, sealed: string, bound: Buffer): Buffer {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) {
    throw new SecretUnreadableError('A stored secret is damaged');
  }
  const decipher = createDecipheriv(
    ALGORITHM,
    key,
    bytes.subarray(0, NONCE_BYTES),
    { authTagLength: TAG_BYTES },
  );
  decipher.setAAD(bound);
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)),
      decipher.final(),
    ]);
  } catch (cause) {
    throw new SecretUnreadableError(
      'A stored secret does not open: it is damaged, was moved, or its key in eventFlows.secrets.keys has another value than when it was stored',
      { cause },
    );
  }
}
