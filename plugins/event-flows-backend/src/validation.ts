import { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** More than a person reads; what is sent can hold any number of them. */
const MAX_PROBLEMS = 10;
/** Of the name of a field that does not exist, which can be as long as a body. */
const MAX_NAME_LENGTH = 100;

/** An input that is valid, or the error that names each wrong field. */
export type Checked<T> =
  { value: T; error?: undefined } | { value?: undefined; error: Error };

/** @throws the error of an input that is not valid */
export function valueOf<T>(input: Checked<T>): T {
  if (input.error) {
    throw input.error;
  }
  return input.value;
}

/**
 * What is wrong with an input, a sentence for each problem, each beginning with
 * the full name of the field; the first ones, where there are many. Never
 * repeats a value: it may be a secret.
 *
 * @param root - name of the whole input, like `eventFlows`; empty for a body
 * @param schema - lets the message name the fields that exist
 */
export function describeProblems(
  error: z.ZodError,
  schema: z.ZodType,
  root = '',
): string[] {
  const issues = error.issues.flatMap(resolveKey).flatMap(resolveUnion);
  return [
    ...issues
      .slice(0, MAX_PROBLEMS)
      .map(issue => describe(issue, schema, root)),
    ...moreThan(MAX_PROBLEMS, issues.length, 'problems'),
  ];
}

/** What is wrong with the name of a field, where names are free. */
function resolveKey(issue: Issue): Issue[] {
  return issue.code === 'invalid_key'
    ? issue.issues.map(inner => ({ ...inner, path: issue.path }))
    : [issue];
}

/**
 * The issues of the alternative of a union that was meant: the one which the
 * input follows the deepest.
 */
function resolveUnion(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) {
    return [issue];
  }
  const meant = issue.errors
    .filter(issues => issues.length > 0)
    .sort((a, b) => depthOf(b) - depthOf(a))[0];
  if (!meant || depthOf(meant) === 0) {
    return [issue];
  }
  return meant
    .map(inner => ({ ...inner, path: [...issue.path, ...inner.path] }))
    .flatMap(resolveUnion);
}

function depthOf(issues: Issue[]): number {
  return Math.max(
    ...issues.map(
      issue => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0),
    ),
  );
}

function describe(issue: Issue, schema: z.ZodType, root: string): string {
  if (issue.code === 'unrecognized_keys') {
    const names = [
      ...issue.keys
        .slice(0, MAX_PROBLEMS)
        .map(key => fieldName(root, [...issue.path, shortened(key)])),
      ...moreThan(MAX_PROBLEMS, issue.keys.length, 'fields'),
    ];
    const known = knownKeys(schema, issue.path);
    return `${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} not known${
      known.length ? `; allowed are ${known.join(', ')}` : ''
    }`;
  }
  const name = fieldName(root, issue.path) || 'the body';
  return `${name}: ${issue.message}`;
}

function moreThan(shown: number, count: number, what: string): string[] {
  return count > shown ? [`and ${count - shown} more ${what}`] : [];
}

function shortened(name: string): string {
  return name.length > MAX_NAME_LENGTH
    ? `${name.slice(0, MAX_NAME_LENGTH)}…`
    : name;
}

function fieldName(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') {
      return `${name}[${part}]`;
    }
    return name ? `${name}.${String(part)}` : String(part);
  }, root);
}

/** Names of the fields that an object at this place of the input may have. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  let alternatives: z.core.JSONSchema.JSONSchema[] = [json];
  for (const part of path) {
    alternatives = alternatives.flatMap(expand).flatMap(node => {
      const next =
        typeof part === 'number' ? node.items : node.properties?.[String(part)];
      return isSchema(next) ? [next] : [];
    });
  }
  const keys = alternatives
    .flatMap(expand)
    .flatMap(node => Object.keys(node.properties ?? {}));
  return [...new Set(keys)];
}

function expand(
  node: z.core.JSONSchema.JSONSchema,
): z.core.JSONSchema.JSONSchema[] {
  const inner = [...(node.anyOf ?? []), ...(node.oneOf ?? [])].filter(isSchema);
  return inner.length ? inner.flatMap(expand) : [node];
}

function isSchema(node: unknown): node is z.core.JSONSchema.JSONSchema {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}
