import { readFile } from 'node:fs/promises';
import type { Counts } from './Step';

/** Counts of a report by Jest (`--json --outputFile`). */
export async function readJestReport(file: string): Promise<Counts> {
  const report = JSON.parse(await readFile(file, 'utf8'));
  return {
    passed: report.numPassedTests,
    // A suite that could not be loaded has no tests to count.
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
  };
}

/** The test files in a report by Jest that have failed. */
export async function readFailedSuites(file: string): Promise<string[]> {
  const { testResults } = JSON.parse(await readFile(file, 'utf8'));
  return testResults
    .filter(({ status }: { status: string }) => status === 'failed')
    .map(({ name }: { name: string }) => name);
}

/** Counts of a report of `./run faults`: each case is one test. */
export async function readFaultsReport(file: string): Promise<Counts> {
  const failed = (await readFailedFaults(file)).length;
  const { cases } = JSON.parse(await readFile(file, 'utf8'));
  return { passed: cases.length - failed, failed };
}

/** The cases in a report of `./run faults` that have failed. */
export async function readFailedFaults(file: string): Promise<string[]> {
  const { cases } = JSON.parse(await readFile(file, 'utf8'));
  return cases
    .filter(({ pass }: { pass: boolean }) => !pass)
    .map(({ name }: { name: string }) => name);
}

/**
 * Counts of a report by Playwright's JSON reporter. A test that passed when it
 * was tried again has passed, and is named.
 */
export async function readPlaywrightReport(file: string): Promise<Counts> {
  const { stats, errors, suites } = JSON.parse(await readFile(file, 'utf8'));
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    flaky: suites.flatMap(flakyOf),
  };
}

interface PlaywrightSuite {
  suites?: PlaywrightSuite[];
  specs?: { title: string; tests: { status: string }[] }[];
}

function flakyOf({ suites = [], specs = [] }: PlaywrightSuite): string[] {
  return [
    ...specs
      .filter(({ tests }) => tests.some(({ status }) => status === 'flaky'))
      .map(({ title }) => title),
    ...suites.flatMap(flakyOf),
  ];
}
