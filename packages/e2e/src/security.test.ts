import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(require.resolve('../../../package.json'));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** What `docs/security.md` calls the folders of tests. */
const FOLDERS: Readonly<Record<string, string>> = {
  engine: 'plugins/event-flows-engine/src',
  backend: 'plugins/event-flows-backend/src',
  common: 'plugins/event-flows-common/src',
  catalog: 'plugins/catalog-backend-module-event-flows/src',
  e2e: 'packages/e2e',
};

describe('docs/security.md', () => {
  const text = read('docs/security.md');
  const cited = [
    ...text.matchAll(
      /`(\w+)\/([\w/.-]+\.test\.tsx?)`: (.+?)(?= *(?:<br\/>|\|))/g,
    ),
  ].map(([, folder, file, name]) => ({
    path: `${FOLDERS[folder]}/${file}`,
    name,
  }));

  it('names a test for each answer', () => {
    const answers = text
      .split('## Threats and answers')[1]
      .split('## What is left')[0]
      .split('\n')
      .filter(line => line.startsWith('|') && !/^\| (---|threat )/.test(line));
    expect(answers.length).toBeGreaterThan(30);
    for (const answer of answers) {
      expect(answer).toMatch(/\.test\.tsx?`: |`\.\/run test --only \w+`/);
    }
    expect(cited.length).toBeGreaterThanOrEqual(answers.length);
  });

  it.each(cited)(
    'names a test that there is: $path, $name',
    ({ path, name }) => {
      // Names are in quotes, which one that goes on has at its beginning only.
      expect(read(path)).toMatch(
        new RegExp(`['"\`]${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
      );
    },
  );
});

describe('what a screen shows of others', () => {
  const folder = 'plugins/event-flows/src';
  const files = readdirSync(join(root, folder), { recursive: true })
    .map(String)
    .filter(file => /\.tsx?$/.test(file));

  it('writes text, not HTML', () => {
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      expect(read(join(folder, file))).not.toMatch(
        /dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML|document\.write|srcDoc/,
      );
    }
  });
});
