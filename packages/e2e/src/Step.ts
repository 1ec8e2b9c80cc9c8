import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How many tests a step ran. */
export interface Counts {
  passed: number;
  failed: number;
  /** Those of the passed that failed at first, where the command itself tried again. */
  flaky?: readonly string[];
  /** What failed and why, in a few lines each. */
  failures?: readonly string[];
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
  /**
   * What to run once more after a failure, alone on the machine; undefined when
   * the failure is no accident of a busy one. What passes then has passed, and is named.
   */
  again?: () => Promise<SecondAttempt | undefined>;
}

/** The part of a step that gets a second attempt. */
export interface SecondAttempt {
  /** What failed, for the person who reads the log. */
  what: readonly string[];
  command: readonly [string, ...string[]];
}

interface StepResult extends Counts {
  name: string;
  ok: boolean;
  durationMs: number;
  /** Everything that the command printed. */
  output: string;
  /** What failed at first and passed when it was run again. */
  flaky: readonly string[];
}

/** Runs a step to its end. A step that cannot even start has failed. */
export async function runStep(step: Step, root: string): Promise<StepResult> {
  const started = performance.now();
  const first = await run(step.command, step.env, root);
  const counts = await readCounts(step, first.code === 0);
  // A report with failures outweighs an exit code of 0.
  const ok = first.code === 0 && counts.failed === 0;
  const again = ok ? undefined : await step.again?.();
  const second = again && (await run(again.command, step.env, root));
  const recovered = second?.code === 0 ? again : undefined;
  return {
    name: step.name,
    ok: ok || Boolean(recovered),
    durationMs: performance.now() - started,
    output: first.output + (second?.output ?? ''),
    ...(recovered
      ? { passed: counts.passed + counts.failed, failed: 0 }
      : counts),
    flaky: [...(counts.flaky ?? []), ...(recovered?.what ?? [])],
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
  [command, ...args]: Step['command'],
  env: Step['env'],
  root: string,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', chunk => chunks.push(chunk));
  child.stderr.on('data', chunk => chunks.push(chunk));
  const [code] = await once(child, 'close');
  return { code, output: Buffer.concat(chunks).toString('utf8') };
}
