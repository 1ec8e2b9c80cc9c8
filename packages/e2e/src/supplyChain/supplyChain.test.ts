import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findForeignLicences } from './licences';
import { findUnverified } from './lockfile';
import { installedWith } from './packages';
import { findUndocumented } from './provenance';

describe('licences', () => {
  const licensed = (licence: object) => [
    { name: 'a', version: '1.0.0', ...licence },
  ];

  it.each([
    { license: 'MIT' },
    { license: '(GPL-3.0 OR MIT)' },
    { license: 'Apache-2.0 AND ISC' },
    { license: { type: 'MIT', url: 'x' } },
    { licenses: [{ type: 'MIT' }, { type: 'ISC' }] },
  ])('pass: %j', licence => {
    expect(findForeignLicences(licensed(licence))).toEqual([]);
  });

  it.each([
    [{ license: 'AGPL-3.0' }, 'AGPL-3.0'],
    [{ license: 'MIT AND GPL-2.0' }, 'MIT AND GPL-2.0'],
    [{ license: 'UNLICENSED' }, 'UNLICENSED'],
    [{ license: 'SEE LICENSE IN x' }, 'SEE LICENSE IN x'],
    [{ license: { url: 'x' } }, '(none)'],
    [{}, '(none)'],
  ])('are foreign: %j', (licence, shown) => {
    expect(findForeignLicences(licensed(licence))).toEqual([
      expect.stringContaining(`a@1.0.0 has the licence ${shown},`),
    ]);
  });
});

describe('provenance', () => {
  const published = [
    {
      ...{ name: 'ours', version: '1.0.0' },
      dependencies: { a: '1', 'ours-too': '1', '@scope/b': '1' },
      optionalDependencies: { c: '1' },
      peerDependencies: { d: '1' },
    },
    { name: 'ours-too', version: '1.0.0' },
  ];
  const table = (...lines: string[]) =>
    [
      '| package | used by | what for | why this one | instead | maintained |',
      '| --- | --- | --- | --- | --- | --- |',
      ...lines,
    ].join('\n');
  const full = [
    '| `a` | ours | x | x | – | yes |',
    '| `@scope/*` | ours | x | x | – | yes, by many |',
    '| `c`, `d` | ours | x | x | – | no: finished, and small enough to copy |',
  ];

  it('is complete', () => {
    expect(findUndocumented(published, table(...full))).toEqual([]);
  });

  it('is missed', () => {
    expect(findUndocumented(published, table(full[1], full[2]))).toEqual([
      'a has no line in docs/dependencies.md',
    ]);
    expect(findUndocumented(published, table(full[0]))).toEqual([
      '@scope/b has no line in docs/dependencies.md',
      'c has no line in docs/dependencies.md',
      'd has no line in docs/dependencies.md',
    ]);
  });

  it('speaks of nothing that is not used', () => {
    expect(
      findUndocumented(
        published,
        table(...full, '| `e` | ours | x | x | x | yes |'),
      ),
    ).toEqual(['docs/dependencies.md speaks of e, which nothing depends on']);
  });

  it.each([
    ['| `a` | ours |  | x | – | yes |', '"what for" is empty'],
    ['| `a` | ours | x | x | – | no |', 'the reason to use it all the same'],
    ['| `a` | ours | x | x | – | no: old |', 'the reason'],
    ['| `a` | ours | x | x | – | perhaps |', 'neither "yes" nor "no:"'],
  ])('has all that belongs to it: %s', (line, problem) => {
    expect(findUndocumented(published, table(line, full[1], full[2]))).toEqual([
      expect.stringContaining(problem),
    ]);
  });

  it('is a table', () => {
    expect(() => findUndocumented(published, '# Nothing')).toThrow('columns');
  });
});

describe('the lock file', () => {
  const checksum = `10c0/${'a'.repeat(128)}`;
  const entry = (resolution: string, ...more: string[]) =>
    [
      `"${resolution}":`,
      '  version: 1.0.0',
      `  resolution: "${resolution}"`,
      ...more,
      '  linkType: hard',
    ].join('\n');
  const file = (...entries: string[]) => ['# x', ...entries].join('\n\n');
  const good = entry('a@npm:1.0.0', `  checksum: ${checksum}`);

  it('is verified', () => {
    const lockfile = file(
      good,
      entry('b@npm:1.0.0', '  conditions: os=darwin'),
      entry('ours@workspace:packages/ours'),
      entry(
        't@patch:t@npm%3A1.0.0#optional!builtin<compat/t>::version=1.0.0',
        `  checksum: ${checksum}`,
      ),
    );
    expect(findUnverified(lockfile)).toEqual([]);
  });

  it.each([
    [entry('a@npm:1.0.0'), 'a@npm:1.0.0 has no checksum'],
    [entry('a@npm:1.0.0', '  checksum: 10c0/abc'), 'has no checksum'],
    [
      entry('a@https://example.com/a.tgz', `  checksum: ${checksum}`),
      'does not come from a registry',
    ],
    [
      entry('a@git@example.com:a/a.git#commit=1', `  checksum: ${checksum}`),
      'does not come from a registry',
    ],
    [
      entry(
        'a@npm:1.0.0::__archiveUrl=https%3A%2F%2Fexample.com',
        `  checksum: ${checksum}`,
      ),
      'does not come from a registry',
    ],
  ])('is not verified: %s', (text, problem) => {
    expect(findUnverified(file(good, text))).toContainEqual(
      expect.stringContaining(problem),
    );
  });

  it('holds no address', () => {
    expect(findUnverified(file(good, 'x https://example.com/x'))).toEqual([
      'yarn.lock holds the address https://example.com/x',
    ]);
  });

  it('is not empty', () => {
    expect(findUnverified('')).toEqual(['yarn.lock has no entries']);
  });
});

describe('what is installed', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'event-flows-supply-chain-'));
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  const install = async (folder: string, manifest: object) => {
    await mkdir(join(root, folder), { recursive: true });
    await writeFile(
      join(root, folder, 'package.json'),
      JSON.stringify({ version: '1.0.0', ...manifest }),
    );
  };
  const names = () =>
    installedWith([join(root, 'ours')])
      .map(({ name, version }) => `${name}@${version}`)
      .sort();

  it('is found as Node finds it, to the end', async () => {
    await install('ours', {
      ...{ name: 'ours', dependencies: { a: '1' } },
      optionalDependencies: { missing: '1' },
      devDependencies: { d: '1' },
    });
    const a = { name: 'a', dependencies: { b: '2' } };
    await install('node_modules/a', a);
    await install('node_modules/b', { name: 'b' });
    await install('node_modules/a/node_modules/b', {
      ...{ name: 'b', version: '2.0.0', dependencies: { a: '1' } },
    });
    expect(names()).toEqual(['a@1.0.0', 'b@2.0.0', 'ours@1.0.0']);
  });

  it('is complete', async () => {
    await install('ours', { name: 'ours', dependencies: { a: '1' } });
    expect(names).toThrow('ours needs a, which is not there');
  });
});
