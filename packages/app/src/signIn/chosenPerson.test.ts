import { chosenPerson } from './chosenPerson';

const ADA = 'user:default/ada';
const NILS = 'user:default/nils';

/** What a browser gives a tab of its own; the rest is shared by all tabs. */
const newTab = () => sessionStorage.clear();

describe('chosenPerson', () => {
  beforeEach(() => {
    sessionStorage.clear();
    localStorage.clear();
  });

  it('is nobody at first', () => {
    expect(chosenPerson.get()).toBeUndefined();
  });

  it('is the same person in a new tab', () => {
    chosenPerson.set(ADA);
    newTab();
    expect(chosenPerson.get()).toBe(ADA);
  });

  it('stays in a tab, whoever is chosen in another one since', () => {
    chosenPerson.set(ADA);
    newTab();
    chosenPerson.get();
    localStorage.setItem('event-flows.demo-person', NILS);
    expect(chosenPerson.get()).toBe(ADA);
    newTab();
    expect(chosenPerson.get()).toBe(NILS);
  });

  it('is nobody after signing out, in this tab and in new ones', () => {
    chosenPerson.set(ADA);
    chosenPerson.clear();
    expect(chosenPerson.get()).toBeUndefined();
    newTab();
    expect(chosenPerson.get()).toBeUndefined();
  });
});
