const KEY = 'event-flows.demo-person';

/**
 * Who was chosen, kept over a reload of the page. Each tab has its own, so that
 * two people can be looked at side by side.
 */
export const chosenPerson = {
  get: () => sessionStorage.getItem(KEY) ?? undefined,
  set: (user: string) => sessionStorage.setItem(KEY, user),
  clear: () => sessionStorage.removeItem(KEY),
};
