import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How many tests a step ran. */
export interface Counts {
  passed: number;
  failed: number;
}

/** One check of the repository. */
export interface Step {
  name: string;
  /** What it makes sure of, for `--list`. */
  purpose: string;
  /** The command, run in the root. */
  command: readonly [string, ...string[]];
  env?: Record<string, string>;
  /** Reads the tests' counts from the report that the command left; without it the step counts as one. */
  readCounts?: () => Promise<Counts>;
}

interface StepResult extends Counts {
  name: string;
  ok: boolean;
  durationMs: number;
  /** Everything that the command printed. */
  output: string;
}

/** Runs a step to its end. A step that cannot even start has failed. */
export async function runStep(step: Step, root: string): Promise<StepResult> {
  const started = performance.now();
  const { code, output } = await run(step, root);
  const ok = code === 0;
  const counts = await readCounts(step, ok);
  return {
    name: step.name,
    // A report with failures outweighs an exit code of 0.
    ok: ok && counts.failed === 0,
    durationMs: performance.now() - started,
    output,
    ...counts,
  };
}

async function readCounts(step: Step, ok: boolean): Promise<Counts> {
  const counts = await step.readCounts?.().catch(error => {
    if (ok) {
      throw error;
    }
    // The command failed before it could write a report.
    return undefined;
  });
  if (!counts) {
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
  }
  // A failure outside any test, such as a leak or a broken setup, must show too.
  return !ok && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function run(
  step: Step,
  root: string,
): Promise<{ code: number | null; output: string }> {
  const [command, ...args] = step.command;
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...step.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', chunk => chunks.push(chunk));
  child.stderr.on('data', chunk => chunks.push(chunk));
  const [code] = await once(child, 'close');
  return { code, output: Buffer.concat(chunks).toString('utf8') };
}
