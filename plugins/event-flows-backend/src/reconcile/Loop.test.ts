import { mockServices } from '@backstage/backend-test-utils';
import { waitUntil } from '@event-flows/testbed';
import { Loop } from './Loop';

/** A loop whose runs the test ends one by one. */
function setup(intervalMs: number) {
  const runs: Array<{ succeed(): void; fail(error: Error): void }> = [];
  const logger = mockServices.logger.mock();
  const loop = new Loop({
    name: 'do it',
    run: () =>
      new Promise((succeed, fail) => {
        runs.push({ succeed, fail });
      }),
    intervalMs: () => intervalMs,
    logger,
  });
  const runBegins = (count: number) =>
    waitUntil(() => runs.length === count, {
      what: `run ${count}`,
      timeoutMs: 2000,
      everyMs: 5,
    });
  return { loop, runs, logger, runBegins };
}

describe('Loop', () => {
  it('runs one after the other', async () => {
    const { loop, runs, runBegins } = setup(1);
    loop.start();
    loop.start();
    await runBegins(1);
    runs[0].succeed();
    await runBegins(2);
    const closed = loop.close();
    runs[1].succeed();
    await closed;
    expect(runs).toHaveLength(2);
  });

  it('runs at once when it is triggered, also during a run', async () => {
    const { loop, runs, runBegins } = setup(1_000_000);
    loop.start();
    await runBegins(1);
    loop.trigger();
    runs[0].succeed();
    await runBegins(2);
    runs[1].succeed();
    // Lets the second run end, so that the loop is waiting.
    await new Promise(setImmediate);
    loop.trigger();
    await runBegins(3);
    runs[2].succeed();
    await loop.close();
    expect(runs).toHaveLength(3);
  });

  it('logs a failure once, and its end', async () => {
    const { loop, runs, logger, runBegins } = setup(1);
    loop.start();
    for (const [run, error] of ['away', 'away', 'wrong', ''].entries()) {
      await runBegins(run + 1);
      if (error) {
        runs[run].fail(new Error(error));
      } else {
        runs[run].succeed();
      }
    }
    await runBegins(5);
    runs[4].succeed();
    await loop.close();
    expect(logger.warn.mock.calls.map(([message]) => message)).toEqual([
      'Failed to do it, and keeps trying: Error: away',
      'Failed to do it, and keeps trying: Error: wrong',
    ]);
    expect(logger.info.mock.calls).toEqual([['Can do it again']]);
  });

  it('ends when it is closed while it waits, or before it began', async () => {
    const { loop, runs, runBegins } = setup(1_000_000);
    loop.start();
    await runBegins(1);
    runs[0].succeed();
    await new Promise(setImmediate);
    await loop.close();
    await setup(1).loop.close();
    expect(runs).toHaveLength(1);
  });
});
