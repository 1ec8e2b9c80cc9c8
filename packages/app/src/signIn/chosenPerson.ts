const KEY = 'event-flows.demo-person';

/**
 * Who was chosen. A tab keeps its person over a reload, so that two people can
 * be looked at side by side; a new tab begins with whoever was chosen last.
 * Signing out forgets both.
 */
export const chosenPerson = {
  get(): string | undefined {
    const person = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
    if (person === null) {
      return undefined;
    }
    // From now on this tab's own, whoever is chosen in another one.
    sessionStorage.setItem(KEY, person);
    return person;
  },
  set(user: string) {
    sessionStorage.setItem(KEY, user);
    localStorage.setItem(KEY, user);
  },
  clear() {
    sessionStorage.removeItem(KEY);
    localStorage.removeItem(KEY);
  },
};
