import { HOSTILE_TEXTS, percentEncode } from './hostileTexts';

/** A path, encoded, with what is wrong in it. */
export interface ChangedPath {
  name: string;
  path: string;
  mustBeRefused: boolean;
}

const QUERIES = [
  '?',
  '?&&&',
  '?a',
  '?unknown=1',
  '?%',
  '?%00=%00',
  '?a=%E0%A4%A',
  '?__proto__[polluted]=1',
  '?constructor[prototype][polluted]=1',
  '?limit=-1&offset=99999999999999999999',
  "?filter='%3B%20drop%20table%20queues%3B--",
  '?fields=<script>alert(1)</script>',
  `?a${'[b]'.repeat(500)}=1`,
  `?${'a=1&'.repeat(1000)}`,
  `?a=${'x'.repeat(6000)}`,
  '?access_token=x&token=x',
];

/** Ids that are nearly ones. */
const NEARLY_IDS: ReadonlyArray<[string, string]> = [
  ['an id of nothing', '00000000-0000-4000-8000-000000000000'],
  ['an id that is too short', '00000000-0000-4000-8000-00000000000'],
  ['an id with a letter too much', '00000000-0000-4000-8000-00000000000g'],
  ['an id with a line break', '00000000-0000-4000-8000-000000000000\n'],
];

/** Every path of a route with one parameter, or its query, made hostile. */
export function pathCases(
  path: string,
  parameters: Record<string, string>,
): ChangedPath[] {
  const texts = [...HOSTILE_TEXTS, ...NEARLY_IDS];
  return [
    ...Object.keys(parameters).flatMap(parameter =>
      texts.map(([what, text]) => ({
        name: `${parameter} = ${what}`,
        path: fillIn(path, { ...parameters, [parameter]: text }),
        // Without it, it is the path of another route.
        mustBeRefused: text !== '',
      })),
    ),
    ...QUERIES.map(query => ({
      name: `the query ${query.slice(0, 40)}`,
      path: fillIn(path, parameters) + query,
      mustBeRefused: false,
    })),
  ];
}

/** A path with its parameters in place. */
export function fillIn(
  path: string,
  parameters: Record<string, string>,
): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) =>
    percentEncode(parameters[name]),
  );
}
