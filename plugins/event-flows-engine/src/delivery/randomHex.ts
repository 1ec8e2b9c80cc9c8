import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 8 * 1024;

/**
 * Creates a source of random bytes in hexadecimal. It asks the system for some
 * thousand at once: one call for each record took a tenth of the engine's time.
 *
 * @param fill fills a buffer with random bytes.
 */
export function createRandomHex(
  fill: (buffer: Buffer) => void = randomFillSync,
): (bytes: number) => string {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  return bytes => {
    if (used + bytes > POOL_BYTES) {
      fill(pool);
      used = 0;
    }
    used += bytes;
    return pool.toString('hex', used - bytes, used);
  };
}
