import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PEOPLE } from './people';

const root = dirname(require.resolve('../../../../package.json'));
const config = readFileSync(join(root, 'app-config.yaml'), 'utf8');
const entities = readdirSync(join(root, 'examples')).flatMap(file =>
  readFileSync(join(root, 'examples', file), 'utf8').split(/^---$/m),
);

/** The value of a field that is a line of its own in some YAML. */
function field(yaml: string, name: string): string {
  return new RegExp(`^[ -]*${name}: (.*)$`, 'm').exec(yaml)?.[1] ?? '';
}

describe('PEOPLE', () => {
  it('are those of the sign-in page', () => {
    const people = config.match(/- user: .*\n +name: .*/g) ?? [];
    expect(PEOPLE.map(({ ref, name }) => ({ ref, name }))).toEqual(
      people.map(each => ({
        ref: field(each, 'user'),
        name: field(each, 'name'),
      })),
    );
  });

  it.each(PEOPLE)(
    'says which algorithms $name owns, as the sign-in page does',
    ({ ref, role }) => {
      const user = entities.find(
        entity =>
          field(entity, 'kind') === 'User' &&
          ref.endsWith(`/${field(entity, 'name')}`),
      );
      const groups = field(user ?? '', 'memberOf').match(/\w+/g) ?? [];
      const owned = entities
        .filter(
          entity =>
            field(entity, 'type') === 'algorithm' &&
            groups.some(
              group => field(entity, 'owner') === `group:default/${group}`,
            ),
        )
        .map(entity => field(entity, 'title'));
      const signInPage = config.slice(config.indexOf(`user: ${ref}\n`));

      for (const text of [role, field(signInPage, 'role')]) {
        expect(algorithmsNamed(text)).toEqual(owned.sort());
      }
    },
  );
});

/** The algorithms that a text says somebody owns. */
function algorithmsNamed(text: string): string[] {
  const [, list] = text.match(/^owner of ([^.]*)/i) ?? [];
  return list ? list.split(/, | and /).sort() : [];
}
