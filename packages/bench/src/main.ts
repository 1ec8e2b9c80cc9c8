import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readOptions, UsageError } from '@event-flows/testbed';
import { Bench } from './Bench';
import { CLIENT_NAMES, type ClientName } from './clients/Client';
import { ROOT } from './folders';
import { FULL, QUICK, type Plan } from './plan';
import { figuresOf, writeDocument } from './report/document';

/** What `./run bench` does; resolves to its exit code. */
async function main(): Promise<number> {
  const values = readOptions({
    quick: { type: 'boolean' },
    json: { type: 'string' },
    document: { type: 'boolean' },
    only: { type: 'string', multiple: true },
  });
  const logDir = join(ROOT, '.local/bench/logs');
  await rm(logDir, { recursive: true, force: true });
  await mkdir(logDir, { recursive: true });

  const bench = new Bench({
    ...choose(values.quick ? QUICK : FULL, values.only),
    logDir,
    buildDir: join(ROOT, '.local/bench/build'),
    cache: resolve(
      ROOT,
      process.env.EVENT_FLOWS_CACHE ?? join('.local', 'cache'),
    ),
    print,
  });
  const results = await bench.run();
  print(`\n${figuresOf(results)}\n`);
  if (values.document) {
    await writeDocument(results, join(ROOT, 'docs'));
  }
  if (values.json !== undefined) {
    const file = resolve(values.json);
    await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
  }
  return bench.failures === 0 ? 0 : 1;
}

/** The plan, or what of it was asked for by name. */
function choose(
  plan: Plan,
  names: string[] | undefined,
): { plan: Plan; clients: ClientName[] } {
  if (!names) {
    return { plan, clients: CLIENT_NAMES };
  }
  const known: string[] = [...CLIENT_NAMES, 'idle', 'portal', 'partition'];
  const unknown = names.filter(name => !known.includes(name));
  if (unknown.length > 0) {
    throw new UsageError(
      `There is no ${unknown.join(', ')} to measure. There are: ${known.join(', ')}`,
    );
  }
  const clients = CLIENT_NAMES.filter(name => names.includes(name));
  return {
    clients,
    plan: {
      ...plan,
      topics: clients.length > 0 ? plan.topics : [],
      idleQueues: names.includes('idle') ? FULL.idleQueues : [],
      portal: names.includes('portal'),
      partitionRecords: names.includes('partition') ? FULL.partitionRecords : 0,
    },
  };
}

function print(line: string) {
  process.stdout.write(`${line}\n`);
}

main().then(
  code => process.exit(code),
  error => {
    const isUsage = error instanceof UsageError;
    process.stderr.write(`\n${isUsage ? error.message : error.stack}\n`);
    process.exit(isUsage ? 2 : 1);
  },
);
