import type { Manifest } from './packages';

/** What a company can use without asking anybody, by SPDX's names. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Unlicense',
]);

/** Packages that state their licence elsewhere: read there, for this version. */
const STATED_ELSEWHERE: Readonly<Record<string, string>> = {
  // LICENSE
  'fast-shallow-equal@1.0.0': 'Unlicense',
  'react-universal-interface@0.6.2': 'Unlicense',
  // Readme.md
  'pause@0.0.1': 'MIT',
};

/** One sentence for each package whose licence is not on the list. */
export function findForeignLicences(packages: readonly Manifest[]): string[] {
  return packages
    .filter(manifest => !isAllowed(licenceOf(manifest)))
    .map(
      manifest =>
        `${manifest.name}@${manifest.version} has the licence ${licenceOf(manifest) || '(none)'}, which is not on the list in licences.ts: replace the package, or have the licence looked at`,
    );
}

/** Either of `A OR B` suffices, both of `A AND B` are needed. */
function isAllowed(expression: string): boolean {
  return expression
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .some(option => option.split(' AND ').every(name => ALLOWED.has(name)));
}

/** SPDX's expression; older packages have one or more objects instead. */
function licenceOf({ name, version, license, licenses }: Manifest): string {
  const stated = [license ?? licenses ?? STATED_ELSEWHERE[`${name}@${version}`]]
    .flat()
    .map(entry => (isObject(entry) ? entry.type : entry));
  return stated.every(entry => typeof entry === 'string')
    ? stated.join(' AND ')
    : '';
}

function isObject(value: unknown): value is { type?: unknown } {
  return typeof value === 'object' && value !== null;
}
