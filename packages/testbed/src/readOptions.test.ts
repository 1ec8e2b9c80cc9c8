import { readOptions, UsageError } from './readOptions';

describe('readOptions', () => {
  const options = {
    case: { type: 'string', multiple: true },
    runs: { type: 'string', default: '1' },
    list: { type: 'boolean' },
  } as const;

  it('reads what there is', () => {
    expect(readOptions(options, ['--case', 'a', '--case=b', '--list'])).toEqual(
      { case: ['a', 'b'], runs: '1', list: true },
    );
  });

  it.each([
    ['an option that there is not', '--onyl', "'--onyl'"],
    ['an argument that is no option', 'unit', "'unit'"],
    ['an option without its value', '--runs', '--runs'],
    ['a value where none belongs', '--list=3', '--list'],
  ])('refuses %s and names those that there are', (_, argument, named) => {
    const read = () => readOptions(options, [argument]);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(named);
    expect(read).toThrow('There are: --case, --runs, --list.');
  });
});
