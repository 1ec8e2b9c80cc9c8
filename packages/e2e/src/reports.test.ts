import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJestReport, readPlaywrightReport } from './reports';

describe('reports', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'event-flows-reports-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function written(report: object): Promise<string> {
    const file = join(folder, 'report.json');
    await writeFile(file, JSON.stringify(report));
    return file;
  }

  it('of Jest are counted, and say what failed and why', async () => {
    const message =
      '\u001b[31mexpected 1\u001b[39m\n\n    at a.ts:1\nreceived 2';
    const result = (fullName: string, status: string) => ({
      ...{ fullName, status, failureMessages: [message] },
    });
    const file = await written({
      ...{ numPassedTests: 1, numFailedTests: 1, numRuntimeErrorTestSuites: 1 },
      testResults: [
        { assertionResults: [result('a', 'passed'), result('b', 'failed')] },
        { assertionResults: [] },
      ],
    });
    expect(await readJestReport(file)).toEqual({
      passed: 1,
      failed: 2,
      failures: ['b\n    expected 1\n    received 2'],
    });
  });

  it('of Playwright are counted, and name what passed only at the second attempt', async () => {
    const spec = (title: string, status: string) => ({
      title,
      tests: [{ status, results: [{ error: { message: 'too late' } }] }],
    });
    const file = await written({
      stats: { expected: 2, flaky: 2, unexpected: 1, skipped: 0 },
      errors: [{ message: 'a worker ended' }],
      suites: [
        {
          specs: [spec('a', 'expected'), spec('b', 'flaky')],
          suites: [
            { specs: [spec('c', 'unexpected'), spec('d', 'flaky')] },
            { specs: [spec('e', 'expected')] },
          ],
        },
      ],
    });
    expect(await readPlaywrightReport(file)).toEqual({
      passed: 4,
      failed: 2,
      flaky: ['b', 'd'],
      failures: ['c\n    too late'],
    });
  });
});
