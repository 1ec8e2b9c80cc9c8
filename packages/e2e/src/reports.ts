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

/**
 * Counts of a report by Playwright's JSON reporter. A test that passed when it
 * was tried again has passed; the reporter names it as flaky.
 */
export async function readPlaywrightReport(file: string): Promise<Counts> {
  const { stats, errors } = JSON.parse(await readFile(file, 'utf8'));
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
  };
}
