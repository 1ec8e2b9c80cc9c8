import { ProxiedSignInPage } from '@backstage/core-components';
import {
  configApiRef,
  useApi,
  type IdentityApi,
} from '@backstage/frontend-plugin-api';
import type { SignInPageProps } from '@backstage/plugin-app-react';
import { useState } from 'react';
import { chosenPerson } from './chosenPerson';
import { PeopleChoice } from './PeopleChoice';
import { readDemoPeople } from './people';

/** Signs in as whoever is chosen; remembers the choice until signing out. */
export function DemoSignInPage({ onSignInSuccess }: SignInPageProps) {
  const [people] = useState(readDemoPeople(useApi(configApiRef)));
  const [user, setUser] = useState(chosenPerson.get);
  const [attempt, setAttempt] = useState(0);

  const choose = (chosen: string) => {
    chosenPerson.set(chosen);
    setUser(chosen);
    setAttempt(attempt + 1);
  };
  const chooseAgain = (error?: Error) => (
    <PeopleChoice people={people} onChoose={choose} error={error} />
  );

  if (!user) {
    return chooseAgain();
  }
  return (
    <ProxiedSignInPage
      key={attempt}
      provider="demo"
      headers={{ 'x-demo-person': user }}
      onSignInSuccess={identity => onSignInSuccess(forgetOnSignOut(identity))}
      ErrorComponent={({ error }) => chooseAgain(error)}
    />
  );
}

/** Signing out leads back to the choice, and not straight in again. */
function forgetOnSignOut(identity: IdentityApi): IdentityApi {
  return {
    getBackstageIdentity: () => identity.getBackstageIdentity(),
    getCredentials: () => identity.getCredentials(),
    getProfileInfo: () => identity.getProfileInfo(),
    async signOut() {
      chosenPerson.clear();
      await identity.signOut();
    },
  };
}
