import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Sends one request in a process with these variables in its environment,
 * which a test cannot set for its own.
 *
 * @returns the status of the answer, or what the request failed with
 */
export async function dispatchOnce(
  url: string,
  env: Record<string, string>,
): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--import',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      join(__dirname, '../../__fixtures__/dispatchOnce.ts'),
      url,
    ],
    { env: { ...process.env, ...env } },
  );
  return stdout;
}
