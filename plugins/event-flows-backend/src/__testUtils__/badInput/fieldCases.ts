import type { JsonObject, JsonValue } from '@backstage/types';
import { alternativesOf, type JsonSchema } from './describedRoutes';
import { HOSTILE_TEXTS, VERY_LONG_TEXT } from './hostileTexts';

/** A body in which one field is not as it was. */
export interface ChangedBody {
  name: string;
  body: JsonValue;
  /** Names by which an answer can call the field. */
  fields: string[];
}

type Path = readonly (string | number)[];

/** Numbers that JSON can write and programs stumble over. */
const NUMBERS: JsonValue[] = [
  ...[-1, 0, 0.5, 1e-7, -1e308, 1e308],
  ...[2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, 2 ** 53, -(2 ** 53)],
  rawNumber('1e400'),
  rawNumber('-0'),
  rawNumber('0e99999'),
  rawNumber('1'.repeat(400)),
];

/** Of every type of JSON. */
const OTHER_TYPES: JsonValue[] = [
  null,
  true,
  false,
  7,
  'text',
  ...[[], [null], [[]], ['text']],
  ...[{}, { length: 1 }, { toString: 'text' }],
];

/** Names of fields that no description has. */
const UNKNOWN_FIELDS = [
  ...['unknown', '__proto__', 'constructor', 'prototype', 'toString'],
  ...['', ' ', 'a\u0000b', 'a\u202eb', '<b>', 'id', 'createdBy', '0'],
  'x'.repeat(5000),
];

/** Every body that differs from a valid one in one field. */
export function fieldCases(schema: JsonSchema, valid: object): ChangedBody[] {
  return [...changes(schema, valid as JsonObject, [])].map(
    ({ path, what, value, fields }) => ({
      name: `${nameOf(path) || 'the body'} ${what}`,
      body: replaceAt(valid as JsonObject, path, value),
      fields,
    }),
  );
}

/** Names of all fields of a body, however deep inside. */
export function fieldsOf(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) {
    return [];
  }
  return Object.entries(body).flatMap(([name, inner]) => [
    ...(Array.isArray(body) ? [] : [name]),
    ...fieldsOf(inner),
  ]);
}

interface Change {
  path: Path;
  what: string;
  /** Undefined: the field is left out. */
  value: JsonValue | undefined;
  fields: string[];
}

function* changes(
  schema: JsonSchema,
  value: JsonValue,
  path: Path,
): Generator<Change> {
  const nodes = alternativesOf(schema);
  const change = (what: string, changed: JsonValue | undefined): Change => ({
    path,
    what,
    value: changed,
    fields: namesOf(path, value),
  });
  if (path.length > 0) {
    // That it is missing can be what is wrong with the object around it.
    const around = nameOf(path.slice(0, -1));
    const missing = change('missing', undefined);
    yield { ...missing, fields: [...missing.fields, around].filter(Boolean) };
  }
  for (const other of OTHER_TYPES) {
    yield change(`= ${JSON.stringify(other)}`, other);
  }
  if (nodes.some(({ type }) => type === 'integer' || type === 'number')) {
    yield* numbers(nodes, change);
  }
  if (typeof value === 'string') {
    yield* texts(nodes, change);
  }
  if (Array.isArray(value)) {
    yield* lists(nodes, value, change);
    for (const items of nodes.flatMap(node => node.items ?? [])) {
      yield* changes(items, value[0], [...path, 0]);
    }
  } else if (typeof value === 'object' && value !== null) {
    yield* objects(nodes, value, path);
  }
}

type Changer = (what: string, changed: JsonValue) => Change;

function* numbers(nodes: JsonSchema[], change: Changer): Generator<Change> {
  const bounds = nodes.flatMap(({ minimum, maximum }) => [
    ...(minimum === undefined ? [] : [minimum, minimum - 1]),
    ...(maximum === undefined ? [] : [maximum, maximum + 1]),
  ]);
  for (const number of [...NUMBERS, ...bounds, '5', [5]]) {
    yield change(`= ${shortened(JSON.stringify(number))}`, number);
  }
}

function* texts(nodes: JsonSchema[], change: Changer): Generator<Change> {
  for (const [what, text] of HOSTILE_TEXTS) {
    yield change(`= ${what}`, text);
  }
  yield change('= a very long text', VERY_LONG_TEXT);
  const lengths = nodes.flatMap(({ minLength, maxLength }) => [
    ...(minLength === undefined ? [] : [minLength, minLength - 1]),
    ...(maxLength === undefined ? [] : [maxLength, maxLength + 1]),
  ]);
  for (const length of lengths.filter(count => count >= 0)) {
    yield change(`= ${length} letters`, 'x'.repeat(length));
  }
  for (const known of nodes.flatMap(node => node.enum ?? [node.const ?? []])) {
    if (typeof known === 'string') {
      yield change(`= ${known} in capitals`, known.toUpperCase());
      yield change(`= ${known} and a space`, `${known} `);
    }
  }
}

function* lists(
  nodes: JsonSchema[],
  [first]: JsonValue[],
  change: Changer,
): Generator<Change> {
  yield change('with one item twice', [first, first]);
  yield change('with a list inside', [[first]]);
  const lengths = nodes.flatMap(({ minItems, maxItems }) => [
    ...(minItems === undefined ? [] : [minItems, minItems - 1]),
    ...(maxItems === undefined ? [] : [maxItems, maxItems + 1]),
  ]);
  for (const length of [...lengths, 500, 10_000]) {
    if (length >= 0) {
      yield change(`with ${length} times one item`, Array(length).fill(first));
      yield change(`with ${length} numbers`, Array(length).fill(length));
    }
  }
}

function* objects(
  nodes: JsonSchema[],
  value: JsonObject,
  path: Path,
): Generator<Change> {
  for (const name of UNKNOWN_FIELDS) {
    // By entries: an assignment to __proto__ would not make a field.
    const changed = Object.fromEntries([...Object.entries(value), [name, {}]]);
    const full = nameOf([...path, name]);
    yield {
      path,
      what: `with a field ${shortened(JSON.stringify(name))}`,
      value: changed as JsonObject,
      fields: [full, full.slice(0, 40)],
    };
  }
  for (const [name, inner] of Object.entries(value)) {
    const schemas = nodes.flatMap(node => node.properties?.[name] ?? []);
    if (inner !== undefined && schemas.length > 0) {
      yield* changes({ anyOf: schemas }, inner, [...path, name]);
    }
  }
}

function replaceAt(
  body: JsonValue,
  path: Path,
  value: JsonValue | undefined,
): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) {
    return value as JsonValue;
  }
  if (Array.isArray(body)) {
    const items = [...body];
    if (rest.length === 0 && value === undefined) {
      items.splice(Number(key), 1);
    } else {
      items[Number(key)] = replaceAt(items[Number(key)], rest, value);
    }
    return items;
  }
  const object = body as JsonObject;
  return {
    ...object,
    [key]: replaceAt(object[key] as JsonValue, rest, value),
  };
}

/** As messages call a field: by its name, or by that of the list that it is in. */
function namesOf(path: Path, value: JsonValue): string[] {
  if (path.length === 0) {
    return ['body', ...Object.keys(value as JsonObject)];
  }
  const list = path.findIndex(part => typeof part === 'number');
  return [
    nameOf(path),
    ...(list > 0 ? [`${nameOf(path.slice(0, list))}: `] : []),
  ];
}

/** `brokers[0]`, `tls.ca`: as messages name fields. */
function nameOf(path: Path): string {
  return path.reduce<string>(
    (name, part) =>
      typeof part === 'number'
        ? `${name}[${part}]`
        : [name, part].filter(Boolean).join('.'),
    '',
  );
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** A number that JSON can write and JavaScript cannot hold. */
function rawNumber(text: string): JsonValue {
  return (JSON as unknown as { rawJSON(raw: string): JsonValue }).rawJSON(text);
}
