import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readOptions, UsageError } from '@event-flows/testbed';
import { runStep, type Counts, type Step } from './Step';
import { quickSteps, thoroughSteps } from './steps';

/** What `./run test` does: all steps, then one line `N passed, N failed`. */
async function main(): Promise<number> {
  const values = readOptions({
    only: { type: 'string', multiple: true },
    list: { type: 'boolean' },
  });
  const root = dirname(require.resolve('../../../package.json'));
  const reportDir = join(root, '.local/reports');
  await rm(reportDir, { recursive: true, force: true });
  await mkdir(reportDir, { recursive: true });

  const quick = quickSteps();
  const thorough = await thoroughSteps({ reportDir, warn });
  const all = [...quick, ...thorough];
  if (values.list) {
    all.forEach(step => print(`  ${step.name.padEnd(10)}${step.purpose}`));
    return 0;
  }
  if (values.only) {
    return report(await runAll(choose(all, values.only), root));
  }

  const quickCounts = await runAll(quick, root);
  if (quickCounts.failed > 0) {
    print('\nThe slow steps are not begun while a quick one fails.');
    return report(quickCounts);
  }
  return report(sum([quickCounts, await runAll(thorough, root)]));
}

function choose(steps: Step[], names: string[]): Step[] {
  const known = steps.map(({ name }) => name);
  const unknown = names.filter(name => !known.includes(name));
  if (unknown.length > 0) {
    throw new UsageError(
      `There is no step ${unknown.join(', ')}. There are: ${known.join(', ')}`,
    );
  }
  return steps.filter(({ name }) => names.includes(name));
}

async function runAll(steps: Step[], root: string): Promise<Counts> {
  const results: Counts[] = [];
  for (const step of steps) {
    print(`… ${step.name}`);
    const result = await runStep(step, root);
    results.push(result);
    const seconds = (result.durationMs / 1000).toFixed(1);
    const counts = `${result.passed} passed, ${result.failed} failed`;
    if (result.flaky.length > 0) {
      print(result.output.trimEnd());
      warn(`FLAKY, passed at the second attempt: ${result.flaky.join(', ')}`);
    }
    if (result.ok) {
      const detail = step.readCounts ? `, ${counts}` : '';
      print(`✓ ${step.name} (${seconds} s${detail})`);
    } else {
      print(result.output.trimEnd());
      print(`✗ ${step.name} (${seconds} s): ${step.command.join(' ')}`);
      result.failures?.forEach(failure => print(`\n${failure}`));
    }
  }
  return sum(results);
}

function sum(counts: Counts[]): Counts {
  return counts.reduce(
    (total, { passed, failed }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
    }),
    { passed: 0, failed: 0 },
  );
}

function report({ passed, failed }: Counts): number {
  print(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function warn(message: string) {
  print(`\n!!! ${message}\n`);
}

function print(line: string) {
  process.stdout.write(`${line}\n`);
}

main().then(
  code => process.exit(code),
  error => {
    const isUsage = error instanceof UsageError;
    process.stderr.write(`${isUsage ? error.message : error.stack}\n`);
    process.exit(isUsage ? 2 : 1);
  },
);
