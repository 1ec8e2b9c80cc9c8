import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ManagedProcess, ManagedProcessError } from '@event-flows/testbed';

const INPUTS = [
  'packages/app',
  'plugins/event-flows',
  'plugins/event-flows-common',
  'yarn.lock',
];
const OUTPUTS = new Set(['node_modules', 'dist', 'dist-types', 'coverage']);

/**
 * Builds the portal's pages unless they were built from the same sources before.
 * Returns whether there was anything to do.
 */
export async function ensureAppBuilt(options: {
  root: string;
  hashFile: string;
  logFile: string;
  env: NodeJS.ProcessEnv;
}): Promise<boolean> {
  const { root, hashFile, logFile, env } = options;
  const hash = await hashOf(root, INPUTS);
  const isBuilt = existsSync(join(root, 'packages/app/dist/index.html'));
  if (isBuilt && (await readIfExists(hashFile)) === hash) {
    return false;
  }
  await rm(hashFile, { force: true });
  const build = await ManagedProcess.start({
    name: 'The build of the app',
    command: process.execPath,
    args: ['.yarn/releases/yarn-4.18.1.cjs', 'workspace', 'app', 'build'],
    cwd: root,
    env: { ...env, NODE_ENV: 'production' },
    logFile,
  });
  const { code, signal } = await build.exited;
  if (code !== 0) {
    throw new ManagedProcessError(
      `The build of the app failed (${signal ?? `exit code ${code}`}). Its log is ${logFile}, which ends so:`,
      build.tail(),
    );
  }
  await mkdir(dirname(hashFile), { recursive: true });
  await writeFile(hashFile, hash);
  return true;
}

/** One hash of the names and the content of all source files. */
export async function hashOf(root: string, inputs: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for await (const file of filesBelow(root, input)) {
      hash.update(`${file}\0`).update(await readFile(join(root, file)));
    }
  }
  return hash.digest('hex');
}

async function* filesBelow(root: string, path: string): AsyncGenerator<string> {
  const entries = await readdir(join(root, path), {
    withFileTypes: true,
  }).catch(error => {
    if (error.code === 'ENOTDIR') {
      return undefined;
    }
    throw error;
  });
  if (!entries) {
    yield path;
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (!OUTPUTS.has(entry.name)) {
      yield* filesBelow(root, join(path, entry.name));
    }
  }
}

async function readIfExists(file: string): Promise<string | undefined> {
  return existsSync(file) ? readFile(file, 'utf8') : undefined;
}
