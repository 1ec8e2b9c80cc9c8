import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readOptions, UsageError } from '@event-flows/testbed';
import { CASES } from './cases';
import { DRIVERS, type Driver } from './harness/Backend';
import type { FaultCase } from './harness/FaultCase';
import { describeCase, summarize, type CaseReport } from './harness/report';
import { runCase, type RunResult } from './harness/runCase';
import { World } from './harness/World';
import { describeSoak, soak } from './soak/soak';

const ROOT = dirname(require.resolve('../../../package.json'));

/** What `./run faults` does. Resolves to the exit code. */
async function main(): Promise<number> {
  const values = readOptions({
    case: { type: 'string', multiple: true },
    runs: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    driver: { type: 'string', default: 'kafkajs' },
    json: { type: 'string' },
    fast: { type: 'boolean' },
    list: { type: 'boolean' },
    soak: { type: 'string' },
  });
  const driver = readDriver(values.driver);
  if (values.soak !== undefined) {
    return runSoak({
      minutes: readCount('--soak', values.soak),
      seed: readCount('--seed', values.seed),
      driver,
      json: values.json,
    });
  }
  const cases = choose(values.case, values.fast);
  if (values.list) {
    cases.forEach(({ name, what }) => print(`  ${name.padEnd(26)}${what}`));
    return 0;
  }
  const runs = readCount('--runs', values.runs);
  const seed = readCount('--seed', values.seed);
  print(`${cases.length} cases, ${runs} run(s) each, seed ${seed}, ${driver}`);

  const reports: CaseReport[] = [];
  for (const group of groupByNeeds(cases)) {
    reports.push(...(await runGroup(ROOT, group, { runs, seed, driver })));
  }
  await writeJson(values.json, { seed, driver, cases: reports });
  const failed = reports.filter(({ pass }) => !pass);
  print(`\n${reports.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

async function runSoak(options: {
  minutes: number;
  seed: number;
  driver: Driver;
  json: string | undefined;
}): Promise<number> {
  const { minutes, seed, driver, json } = options;
  const report = await soak(ROOT, { minutes, seed, driver, print });
  print(describeSoak(report));
  await writeJson(json, { seed, driver, soak: report });
  return report.pass ? 0 : 1;
}

async function writeJson(name: string | undefined, report: object) {
  if (name !== undefined) {
    const file = resolve(name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  }
}

/** Cases that need the same share a world, which is mended between them. */
async function runGroup(
  root: string,
  cases: readonly FaultCase[],
  options: { runs: number; seed: number; driver: Driver },
): Promise<CaseReport[]> {
  const [{ needs }] = cases;
  print(`… ${needs.brokers} broker(s), ${needs.backends} backends`);
  const world = await World.start(root, needs, options.driver);
  const reports: CaseReport[] = [];
  try {
    for (const fault of cases) {
      print(`… ${fault.name}: ${fault.what}`);
      const results: RunResult[] = [];
      for (let run = 1; run <= options.runs; run++) {
        results.push(await runCase(world, fault, { run, seed: options.seed }));
      }
      const report = summarize(fault.name, results);
      print(describeCase(report));
      reports.push(report);
    }
  } finally {
    await world.stop();
  }
  return reports;
}

function choose(
  names: string[] | undefined,
  fast: boolean | undefined,
): FaultCase[] {
  const unknown = (names ?? []).filter(
    name => !CASES.some(each => each.name === name),
  );
  if (unknown.length > 0) {
    const known = CASES.map(({ name }) => name).join(', ');
    throw new UsageError(
      `There is no case ${unknown.join(', ')}. There are: ${known}`,
    );
  }
  return CASES.filter(
    each => (!fast || each.fast) && (!names || names.includes(each.name)),
  );
}

function groupByNeeds(cases: readonly FaultCase[]): FaultCase[][] {
  return [
    ...Map.groupBy(
      cases,
      ({ needs }) => `${needs.brokers} ${needs.backends}`,
    ).values(),
  ];
}

function readDriver(name: string): Driver {
  const driver = DRIVERS.find(each => each === name);
  if (!driver) {
    throw new UsageError(
      `--driver must be one of ${DRIVERS.join(', ')}, not "${name}"`,
    );
  }
  return driver;
}

function readCount(option: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new UsageError(`${option} must be a number from 1, not "${text}"`);
  }
  return Number(text);
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
