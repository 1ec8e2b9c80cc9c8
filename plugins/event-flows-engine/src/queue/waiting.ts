import { setTimeout as delay } from 'node:timers/promises';

/**
 * Undefined where the signal came first. The signal outlives what is waited for:
 * it must not be left with a listener of each.
 */
export async function unlessAborted<T>(
  signal: AbortSignal,
  work: Promise<T>,
): Promise<T | undefined> {
  if (signal.aborted) {
    return undefined;
  }
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const onAbort = () => resolve(undefined);
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** False where the time, in milliseconds, was over first; no timer is left behind. */
export async function within(
  ms: number,
  work: Promise<boolean>,
): Promise<boolean> {
  const timeIsOver = new AbortController();
  const isLate = after(ms, timeIsOver.signal).then(() => false);
  try {
    return await Promise.race([work, isLate]);
  } finally {
    timeIsOver.abort();
  }
}

/** Resolves after milliseconds, or as soon as the signal comes. */
export async function after(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}
