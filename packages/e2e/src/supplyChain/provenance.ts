import type { Manifest } from './packages';

const COLUMNS = [
  'package',
  'used by',
  'what for',
  'why this one',
  'instead',
  'maintained',
] as const;

type Line = Record<(typeof COLUMNS)[number], string>;

/**
 * One sentence for each dependency of the published packages that the table of
 * `docs/dependencies.md` says nothing of, and for each line that lacks something
 * or speaks of a package that nobody uses.
 */
export function findUndocumented(
  published: readonly Manifest[],
  markdown: string,
): string[] {
  const lines = readTable(markdown);
  const own = new Set(published.map(({ name }) => name));
  const used = new Set(
    published
      .flatMap(({ dependencies, optionalDependencies, peerDependencies }) =>
        [dependencies, optionalDependencies, peerDependencies].flatMap(list =>
          Object.keys(list ?? {}),
        ),
      )
      .filter(name => !own.has(name)),
  );
  const patterns = lines.flatMap(line => namesIn(line.package));
  return [
    ...[...used]
      .filter(name => !patterns.some(pattern => matches(pattern, name)))
      .map(name => `${name} has no line in docs/dependencies.md`),
    ...patterns
      .filter(pattern => ![...used].some(name => matches(pattern, name)))
      .map(
        pattern =>
          `docs/dependencies.md speaks of ${pattern}, which nothing depends on`,
      ),
    ...lines.flatMap(findGaps),
  ];
}

function findGaps(line: Line): string[] {
  const where = `docs/dependencies.md, ${line.package}`;
  return [
    ...COLUMNS.filter(column => line[column] === '').map(
      column => `${where}: "${column}" is empty`,
    ),
    ...(/^(yes\b|no: .{20})/.test(line.maintained)
      ? []
      : [
          `${where}: "maintained" is neither "yes" nor "no:" with the reason to use it all the same and the way out`,
        ]),
  ];
}

function readTable(markdown: string): Line[] {
  const rows = markdown
    .split('\n')
    .filter(text => text.startsWith('|'))
    .map(text =>
      text
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    );
  const [header, , ...body] = rows;
  if (header?.join() !== COLUMNS.join()) {
    throw new Error(
      `The table of docs/dependencies.md must have the columns ${COLUMNS.join(', ')}`,
    );
  }
  return body.map(
    cells =>
      Object.fromEntries(
        COLUMNS.map((column, index) => [column, cells[index] ?? '']),
      ) as Line,
  );
}

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
}

/** `@scope/*` means every package of the scope. */
function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('/*')
    ? name.startsWith(pattern.slice(0, -1))
    : name === pattern;
}
