import { join } from 'node:path';
import { isPostgresReachable, postgresUrl } from '@event-flows/testbed';
import {
  readFailedFaults,
  readFailedSuites,
  readFaultsReport,
  readJestReport,
  readPlaywrightReport,
} from './reports';
import type { Step } from './Step';

const YARN = '.yarn/releases/yarn-4.18.1.cjs';

/** More failing test files than this are no accident. */
const MOST_ACCIDENTS = 3;

const yarn = (...args: string[]) => [process.execPath, YARN, ...args] as const;

/** A program in TypeScript, as `./run` starts those that are asked for. */
const typescript = (...args: string[]) =>
  [
    process.execPath,
    '--disable-warning=TimeoutNegativeWarning',
    ...['--import', '@backstage/cli/config/nodeTransform.cjs'],
    ...args,
  ] as const;

/** Takes seconds to a few minutes, and finds most mistakes. */
export function quickSteps(): Step[] {
  return [
    {
      name: 'install',
      purpose: 'yarn.lock fits the package.json files',
      command: yarn('install', '--immutable'),
    },
    {
      name: 'supply',
      purpose:
        'licences, reasons and checksums of what is installed; yarn.lock holds no addresses',
      command: typescript('packages/e2e/src/supplyChain/main.ts'),
    },
    {
      name: 'format',
      purpose: 'Prettier has nothing to change',
      command: yarn('prettier', '--check', '--log-level', 'warn', '.'),
    },
    {
      name: 'types',
      purpose: 'TypeScript finds no errors; writes what `api` reads',
      command: yarn('tsc'),
    },
    {
      name: 'lint',
      purpose: 'ESLint has no complaints',
      command: yarn('backstage-cli', 'repo', 'lint', '--max-warnings', '0'),
    },
    {
      name: 'unused',
      purpose: 'Knip finds no unused file, export or dependency',
      command: yarn('knip'),
    },
    {
      name: 'api',
      purpose: 'the API reports are up to date',
      command: yarn('api-reports', '--ci'),
    },
  ];
}

/** Real databases, a real Kafka, a real browser. `warn` hears of what is left out. */
export async function thoroughSteps(options: {
  reportDir: string;
  warn: (message: string) => void;
}): Promise<Step[]> {
  const { reportDir, warn } = options;
  // Without it, Backstage's CLI watches for changes and never ends, and
  // Playwright tries nothing again.
  const ci = { CI: 'true' };
  const env: Record<string, string> = { ...ci };
  const hasPostgres = await isPostgresReachable();
  if (hasPostgres) {
    env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING = postgresUrl();
  } else {
    warn(
      `NO POSTGRESQL: nothing answers at ${postgresUrl()}. Stores and migrations are tested on SQLite only, and \`faults\` is left out; set POSTGRES_URL.`,
    );
  }

  const jest = ['backstage-cli', 'repo', 'test', '--ci'];
  const jestReport = join(reportDir, 'jest.json');
  const playwrightReport = join(reportDir, 'playwright.json');
  return [
    {
      name: 'unit',
      purpose: 'all tests beside the sources, with a real Kafka and databases',
      command: yarn(
        ...jest,
        ...['--silent', '--json', `--outputFile=${jestReport}`],
      ),
      env,
      readCounts: () => readJestReport(jestReport),
      again: async () => {
        const suites = await readFailedSuites(jestReport).catch(() => []);
        return suites.length > 0 && suites.length <= MOST_ACCIDENTS
          ? {
              what: suites,
              command: yarn(...jest, ...suites),
            }
          : undefined;
      },
    },
    ...(hasPostgres ? [faultsStep(join(reportDir, 'faults.json'))] : []),
    {
      name: 'walk',
      purpose: 'a browser follows the guide through the running demo',
      command: yarn(
        ...['workspace', '@event-flows/e2e', 'playwright', 'test'],
        '--reporter=json,line',
      ),
      env: { ...ci, PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
      readCounts: () => readPlaywrightReport(playwrightReport),
    },
  ];
}

function faultsStep(report: string): Step {
  const faults = (...args: string[]) =>
    typescript('packages/faults/src/main.ts', ...args);
  return {
    name: 'faults',
    purpose: 'the quick cases of `./run faults`: nothing is lost',
    command: faults('--fast', '--json', report),
    readCounts: () => readFaultsReport(report),
    again: async () => {
      const cases = await readFailedFaults(report).catch(() => []);
      return cases.length > 0 && cases.length <= MOST_ACCIDENTS
        ? {
            what: cases,
            command: faults(...cases.flatMap(name => ['--case', name])),
          }
        : undefined;
    },
  };
}
