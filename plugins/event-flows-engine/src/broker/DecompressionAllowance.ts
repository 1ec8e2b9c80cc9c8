import { AsyncLocalStorage } from 'node:async_hooks';
import { isNativeError } from 'node:util/types';

/**
 * Bytes that one compressed batch may grow to. Brokers take batches of 1 MB
 * unless told otherwise; a small batch that explodes is an attack.
 */
export const MAX_DECOMPRESSED_BYTES = 128 * 1024 * 1024;

/**
 * The same, of all the batches of an answer. A first one that is larger is
 * read alone, or it would never be.
 */
export const MAX_DECOMPRESSED_BYTES_PER_ANSWER = 32 * 1024 * 1024;

/** A batch that would grow beyond what it may. */
export class DecompressionLimitError extends Error {
  readonly name = 'DecompressionLimitError' as const;
  /** For kafkajs, which would otherwise try again in vain. */
  readonly retriable = false;

  constructor(maxBytes: number, why: string) {
    super(
      `A compressed batch would grow beyond the limit of ${maxBytes} bytes: ${why}`,
    );
  }
}

/**
 * How far the compressed batches of one answer may grow together. An answer of
 * a MiB can hold dozens of them that grow to a hundred MiB each, and client
 * libraries decode it all before anybody sees a record.
 */
export class DecompressionAllowance {
  #used = 0;

  /** Whether it was taken from: what does not fit can be read anew, and then comes first. */
  get isUsed(): boolean {
    return this.#used > 0;
  }

  /** Bytes that the next batch may grow to. */
  get left(): number {
    return this.isUsed
      ? Math.max(0, MAX_DECOMPRESSED_BYTES_PER_ANSWER - this.#used)
      : MAX_DECOMPRESSED_BYTES;
  }

  take(bytes: number): void {
    this.#used += Math.max(1, bytes);
  }

  /** @throws DecompressionLimitError - what is needed is more than what is left */
  assertLeft(bytes: number): void {
    const { left } = this;
    if (left === 0 || bytes > left) {
      throw new DecompressionLimitError(left, `it takes ${bytes} bytes`);
    }
  }
}

/** The allowance of the answer that is being decoded: codecs are told nothing of it. */
export const allowanceOfAnswer =
  new AsyncLocalStorage<DecompressionAllowance>();

/** The error of a decompressor as ours, where it stopped at its limit. */
export function toLimitError(error: unknown, maxBytes: number): unknown {
  return isNativeError(error) && isTooLarge(error)
    ? new DecompressionLimitError(maxBytes, error.message)
    : error;
}

function isTooLarge(error: Error): boolean {
  return (
    ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') ||
    // As snappyjs says it.
    error.message.includes('is too big, expect at most')
  );
}
