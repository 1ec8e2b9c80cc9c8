import { dirname } from 'node:path';
import { MissingToolError, ManagedProcessError } from '@event-flows/testbed';
import { Demo } from './Demo';
import { DemoRunningError } from './parts/lock';
import { Progress } from './Progress';
import { DemoError, readSettings } from './settings';

async function main(): Promise<void> {
  const root = dirname(require.resolve('../../../package.json'));
  const progress = new Progress(process.stdout);
  const interrupted = new Promise<'interrupted'>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      // A second one takes the default way out, and no process survives us.
      process.once(signal, () => resolve('interrupted'));
    }
  });
  const demo = new Demo(
    readSettings(process.env, root),
    root,
    process.env,
    progress,
  );
  try {
    const running = demo.start().then(() => demo.failed);
    await Promise.race([running, interrupted]);
    progress.print('\n  Stopping…');
  } finally {
    progress.stop();
    await demo.stop();
  }
}

function describe(error: unknown): string {
  const isExpected =
    error instanceof DemoError ||
    error instanceof DemoRunningError ||
    error instanceof MissingToolError ||
    error instanceof ManagedProcessError;
  if (isExpected) {
    return error.message;
  }
  return error instanceof Error ? String(error.stack) : String(error);
}

main().then(
  () => process.exit(0),
  error => {
    process.stderr.write(`\n${describe(error)}\n`);
    process.exit(error instanceof DemoError ? 2 : 1);
  },
);
