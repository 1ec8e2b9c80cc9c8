import type { ConfigApi } from '@backstage/frontend-plugin-api';

/** Someone who can be chosen on the sign-in page of the demo. */
export interface DemoPerson {
  /** Entity ref of the user. */
  user: string;
  name: string;
  role: string;
}

/** The people of `auth.providers.demo`; none where it is not configured. */
export function readDemoPeople(config: ConfigApi): DemoPerson[] {
  return (
    config.getOptionalConfigArray('auth.providers.demo.people') ?? []
  ).map(person => ({
    user: person.getString('user').toLocaleLowerCase('en-US'),
    name: person.getString('name'),
    role: person.getString('role'),
  }));
}
