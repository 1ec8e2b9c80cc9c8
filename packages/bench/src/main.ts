import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Bench } from './Bench';
import { CLIENT_NAMES, type ClientName } from './clients/Client';
import { ROOT } from './folders';
import { FULL, QUICK } from './plan';
import { goalsOf, goalsToMarkdown } from './report/goals';
import { toMarkdown } from './report/table';

/** What `./run bench` does. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      json: { type: 'string' },
      only: { type: 'string', multiple: true },
    },
  });
  const logDir = join(ROOT, '.local/bench/logs');
  await rm(logDir, { recursive: true, force: true });
  await mkdir(logDir, { recursive: true });

  const bench = new Bench({
    plan: values.quick ? QUICK : FULL,
    clients: chooseClients(values.only),
    logDir,
    cache: resolve(
      ROOT,
      process.env.EVENT_FLOWS_CACHE ?? join('.local', 'cache'),
    ),
    print,
  });
  const results = await bench.run();
  print(`\n${toMarkdown(results.rows)}`);
  print(`\n${goalsToMarkdown(goalsOf(results))}\n`);
  if (values.json !== undefined) {
    const file = resolve(values.json);
    await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
  }
}

function chooseClients(names: string[] | undefined): ClientName[] {
  const unknown = (names ?? []).filter(
    name => !CLIENT_NAMES.some(known => known === name),
  );
  if (unknown.length > 0) {
    throw new Error(
      `There is no client ${unknown.join(', ')}. There are: ${CLIENT_NAMES.join(', ')}`,
    );
  }
  return CLIENT_NAMES.filter(name => names?.includes(name) ?? true);
}

function print(line: string) {
  process.stdout.write(`${line}\n`);
}

main().then(
  () => process.exit(0),
  error => {
    process.stderr.write(`\n${String(error.stack ?? error)}\n`);
    process.exit(1);
  },
);
