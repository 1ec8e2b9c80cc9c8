import { setTimeout as delay } from 'node:timers/promises';

export interface WaitUntilOptions {
  /** Milliseconds after which waiting ends with an error. */
  timeoutMs: number;
  /** What is waited for; the error reads "Waited 5000 ms in vain for WHAT". */
  what: string;
  /** Milliseconds between two looks at the condition (default 50). */
  everyMs?: number;
}

/**
 * Looks at a condition until it holds and resolves to its first truthy value.
 * A condition that throws counts as not yet true; its last error becomes the
 * cause of the error that ends the waiting.
 */
export async function waitUntil<T>(
  condition: () => T | Promise<T>,
  options: WaitUntilOptions,
): Promise<NonNullable<T>> {
  const { timeoutMs, what, everyMs = 50 } = options;
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  do {
    try {
      const value = await condition();
      if (value) {
        return value;
      }
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await delay(everyMs);
  } while (performance.now() < deadline);
  throw new Error(
    `Waited ${timeoutMs} ms in vain for ${what}`,
    cause === undefined ? undefined : { cause },
  );
}
