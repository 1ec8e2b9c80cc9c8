import { readFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import type { Counts } from './Step';

/** Counts of a report by Jest (`--json --outputFile`). */
export async function readJestReport(file: string): Promise<Counts> {
  const report = JSON.parse(await readFile(file, 'utf8'));
  return {
    passed: report.numPassedTests,
    // A suite that could not be loaded has no tests to count.
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    failures: (report.testResults ?? []).flatMap(failuresOfSuite),
  };
}

interface JestSuite {
  assertionResults: Array<{
    status: string;
    fullName: string;
    failureMessages?: string[] | null;
  }>;
}

function failuresOfSuite({ assertionResults }: JestSuite): string[] {
  return assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) =>
      describeFailure(fullName, failureMessages?.[0]),
    );
}

/** Lines of a failure that tell enough to know where to look. */
const FAILURE_LINES = 12;

/** A log is read from its end, and may be cut in its middle. */
function describeFailure(title: string, message = ''): string {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter(line => line.trim() !== '' && !/^\s+at /.test(line))
    .slice(0, FAILURE_LINES);
  return [title, ...lines.map(line => `    ${line}`)].join('\n');
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
    flaky: specsWith('flaky', suites).map(({ title }) => title),
    failures: specsWith('unexpected', suites).map(({ title, tests }) =>
      describeFailure(title, tests[0].results?.at(-1)?.error?.message),
    ),
  };
}

interface PlaywrightSpec {
  title: string;
  tests: Array<{
    status: string;
    results?: Array<{ error?: { message?: string } }>;
  }>;
}

interface PlaywrightSuite {
  suites?: PlaywrightSuite[];
  specs?: PlaywrightSpec[];
}

function specsWith(
  wanted: string,
  suites: readonly PlaywrightSuite[],
): PlaywrightSpec[] {
  return suites.flatMap(({ suites: inner = [], specs = [] }) => [
    ...specs.filter(({ tests }) =>
      tests.some(({ status }) => status === wanted),
    ),
    ...specsWith(wanted, inner),
  ]);
}
