import {
  add,
  differenceOf,
  draftOf,
  isChanged,
  rebase,
  remove,
  renew,
  undo,
  wanted,
} from './accessDraft';

describe('a draft of the access', () => {
  const draft = draftOf(['a', 'b']);

  it('collects what is added and removed', () => {
    const changed = remove(add(draft, 'c'), 'a');
    expect(changed).toMatchObject({ added: ['c'], removed: ['a'] });
    expect(wanted(changed)).toEqual(['b', 'c']);
    expect(isChanged(changed)).toBe(true);
  });

  it('has no changes where they cancel each other out', () => {
    expect(isChanged(remove(add(draft, 'c'), 'c'))).toBe(false);
    expect(isChanged(add(remove(draft, 'a'), 'a'))).toBe(false);
    expect(isChanged(undo(remove(draft, 'a'), 'a'))).toBe(false);
    expect(isChanged(add(draft, 'a'))).toBe(false);
  });

  it('renews, removes or keeps, one of them', () => {
    const renewed = renew(draft, 'a');
    expect(renewed.renewed).toEqual(['a']);
    expect(isChanged(renewed)).toBe(true);
    expect(isChanged(undo(renewed, 'a'))).toBe(false);
    expect(remove(renewed, 'a')).toMatchObject({ removed: ['a'], renewed: [] });
    expect(renew(remove(draft, 'a'), 'a')).toEqual(renewed);
    const stored = [{ algorithmRef: 'a', recreated: true }];
    expect(rebase(renewed, stored).renewed).toEqual(['a']);
    // Renewed by now, or gone.
    expect(rebase(renewed, [{ algorithmRef: 'a' }]).renewed).toEqual([]);
    expect(rebase(renewed, []).renewed).toEqual([]);
  });

  it('puts the same wishes on top of what somebody else saved', () => {
    const mine = remove(add(add(draft, 'c'), 'd'), 'a');
    const stored = ['b', 'c', 'e'].map(algorithmRef => ({ algorithmRef }));
    expect(rebase(mine, stored)).toEqual({
      base: ['b', 'c', 'e'],
      added: ['d'],
      removed: [],
      renewed: [],
    });
  });
});

describe('differenceOf', () => {
  it('tells what came and what went', () => {
    expect(differenceOf(['a', 'b'], ['b', 'c'])).toEqual({
      added: ['c'],
      removed: ['a'],
    });
  });
});
