import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findForeignLicences } from './licences';
import { findUnverified } from './lockfile';
import { installedWith, publishedPackages, readManifest } from './packages';
import { findUndocumented } from './provenance';

const root = dirname(require.resolve('../../../../package.json'));
const published = publishedPackages(root);
const installed = installedWith(published);
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const problems = [
  ...findForeignLicences(installed),
  ...findUndocumented(
    published.map(readManifest),
    read('docs/dependencies.md'),
  ),
  ...findUnverified(read('yarn.lock')),
];
process.stdout.write(
  `${installed.length} packages looked at\n${problems.map(problem => `${problem}\n`).join('')}`,
);
process.exitCode = problems.length > 0 ? 1 : 0;
