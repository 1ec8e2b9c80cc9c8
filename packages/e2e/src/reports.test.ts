import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPlaywrightReport } from './reports';

describe('readPlaywrightReport', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'event-flows-reports-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('counts, and names what passed only at the second attempt', async () => {
    const spec = (title: string, status: string) => ({
      title,
      tests: [{ status }],
    });
    const file = join(folder, 'playwright.json');
    await writeFile(
      file,
      JSON.stringify({
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
      }),
    );
    expect(await readPlaywrightReport(file)).toEqual({
      passed: 4,
      failed: 2,
      flaky: ['b', 'd'],
    });
  });
});
