import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** As much of a package.json as is looked at. */
export interface Manifest {
  name: string;
  version: string;
  license?: unknown;
  licenses?: unknown;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** The packages of this repository that are published. */
export function publishedPackages(root: string): string[] {
  const plugins = join(root, 'plugins');
  return readdirSync(plugins).map(name => join(plugins, name));
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/**
 * Everything that is installed with the given packages, themselves included:
 * their dependencies and optional ones, and the dependencies of those. Optional
 * ones of another platform are not there, and are left out.
 *
 * @throws Error if a dependency is not installed.
 */
export function installedWith(folders: readonly string[]): Manifest[] {
  const found = new Map<string, Manifest>();
  const visit = (folder: string) => {
    if (found.has(folder)) {
      return;
    }
    const manifest = readManifest(folder);
    found.set(folder, manifest);
    const optional = Object.keys(manifest.optionalDependencies ?? {});
    const names = new Set([
      ...Object.keys(manifest.dependencies ?? {}),
      ...optional,
    ]);
    for (const name of names) {
      const dependency = findInstalled(name, folder);
      if (dependency !== undefined) {
        visit(dependency);
      } else if (!optional.includes(name)) {
        throw new Error(`${manifest.name} needs ${name}, which is not there`);
      }
    }
  };
  folders.forEach(visit);
  return [...found.values()];
}

/** As Node looks for packages: in the nearest folder that has it. */
function findInstalled(name: string, from: string): string | undefined {
  const candidate = join(from, 'node_modules', name);
  if (existsSync(join(candidate, 'package.json'))) {
    return realpathSync(candidate);
  }
  const above = dirname(from);
  return above === from ? undefined : findInstalled(name, above);
}
