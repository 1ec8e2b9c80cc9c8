import { ROOT } from '../folders';
import { ManagedProcess } from '@event-flows/testbed';

/** Starts a file of this package as a Node process of its own. */
export function startTypeScript(options: {
  name: string;
  file: string;
  args: string[];
  logFile: string;
  readyLine?: RegExp;
  readyTimeoutMs?: number;
}): Promise<ManagedProcess> {
  const { file, args, ...rest } = options;
  return ManagedProcess.start({
    ...rest,
    command: process.execPath,
    args: [
      '--disable-warning=TimeoutNegativeWarning',
      ...['--import', '@backstage/cli/config/nodeTransform.cjs'],
      file,
      ...args,
    ],
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production' },
  });
}
