import { ManagedProcess } from '@event-flows/testbed';
import { ROOT } from '../folders';

/** Starts a program as a Node process of its own. */
export function startNode(options: {
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
    args: ['--disable-warning=TimeoutNegativeWarning', file, ...args],
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production' },
  });
}
