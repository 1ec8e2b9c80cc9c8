/**
 * The people of `auth.providers.demo` in app-config.yaml, as the terminal lists
 * them.
 */
export const PEOPLE = [
  { name: 'Ada Okafor', ref: 'user:default/ada', role: 'administrator' },
  {
    name: 'Nils Lindqvist',
    ref: 'user:default/nils',
    role: 'owner of Sentiment, Follow-up and Fraud score',
  },
  {
    name: 'Mara Conti',
    ref: 'user:default/mara',
    role: 'owner of Anomaly detection',
  },
  { name: 'Vera Lim', ref: 'user:default/vera', role: 'may only look' },
];
