import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Runs a program of `__fixtures__` with a URL, in a process of its own: for
 * what a test cannot do to its own, like setting variables that Node reads when
 * it starts, or ending.
 *
 * @returns what it printed; rejects with `code` and `stderr` if it failed
 */
export async function runFixture(
  name: 'dispatchOnce' | 'brokenReceiver',
  url: string,
  env: Record<string, string> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--import',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      join(__dirname, '../../__fixtures__', `${name}.ts`),
      url,
    ],
    { env: { ...process.env, ...env }, timeout: 20_000 },
  );
  return stdout;
}
