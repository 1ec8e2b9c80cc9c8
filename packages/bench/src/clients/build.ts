import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ModuleKind, ScriptTarget, transpile } from 'typescript';
import { ROOT } from '../folders';

/** Packages of this repository that clients use, as they would be installed. */
const PACKAGES = [
  { name: '@event-flows/engine', folder: 'plugins/event-flows-engine' },
  {
    name: '@event-flows/backstage-plugin-event-flows-common',
    folder: 'plugins/event-flows-common',
  },
];
const CLIENTS = 'packages/bench/src/clients';

/**
 * Writes the clients, and the packages that they use, as JavaScript: a portal
 * runs them built, and the loader of TypeScript takes more memory than they do.
 * Returns the folder of the clients.
 *
 * @param target - a folder below the repository, so that everything else is found.
 */
export async function buildClients(target: string): Promise<string> {
  await rm(target, { recursive: true, force: true });
  for (const { name, folder } of PACKAGES) {
    const installed = join(target, 'node_modules', name);
    await transpileFolder(join(ROOT, folder, 'src'), installed);
    await writeFile(
      join(installed, 'package.json'),
      JSON.stringify({
        name,
        main: './index.js',
        exports: { '.': './index.js', './worker': './worker.js' },
      }),
    );
  }
  const clients = join(target, 'clients');
  await transpileFolder(join(ROOT, CLIENTS), clients);
  return clients;
}

async function transpileFolder(from: string, to: string): Promise<void> {
  const files = await readdir(from, { recursive: true });
  for (const file of files.filter(isProgram)) {
    const source = await readFile(join(from, file), 'utf8');
    const output = join(to, file.replace(/\.ts$/, '.js'));
    await mkdir(dirname(output), { recursive: true });
    await writeFile(
      output,
      transpile(source, {
        module: ModuleKind.CommonJS,
        target: ScriptTarget.ES2022,
        esModuleInterop: true,
      }),
    );
  }
}

function isProgram(file: string): boolean {
  return (
    file.endsWith('.ts') &&
    !/\.(test|d)\.ts$/.test(file) &&
    !file.includes('__fixtures__')
  );
}
