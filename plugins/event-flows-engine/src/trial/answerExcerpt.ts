import { visibleLine } from '@event-flows/backstage-plugin-event-flows-common';
import type { EndpointResponse } from '../delivery/outcome';
import type { Destination } from '../queue/Destination';
import type { Excerpt } from '../types';
import { excerptOf } from './excerpt';

/** What is shorter is in every text. */
const MIN_LENGTH = 4;
const MASK = '***';

/**
 * The beginning of an answer for people to see. Endpoints repeat what they were
 * sent when something is wrong: what only they may know is masked.
 */
export function answerExcerpt(
  { body, size }: EndpointResponse,
  destination: Pick<Destination, 'address' | 'credentials'>,
  limit: number,
): Excerpt {
  const secrets = secretsOf(destination);
  if (secrets.length === 0) {
    return { ...excerptOf(body, limit), size };
  }
  // One byte a character: whatever the bytes are, they stay what they were.
  let text = body.toString('latin1');
  for (const secret of secrets) {
    text = text.replaceAll(secret, MASK);
  }
  const shown = text.slice(0, text.length - cutSecret(text, secrets));
  return { ...excerptOf(Buffer.from(shown, 'latin1'), limit), size };
}

/**
 * The beginning of an answer as one line, masked like an excerpt; undefined: it
 * is empty, or no text. Nothing says that it was cut: an ellipsis is no
 * character that a header can have.
 *
 * @param maxLength - in characters
 */
export function answerLine(
  response: EndpointResponse,
  destination: Pick<Destination, 'address' | 'credentials'>,
  maxLength: number,
): string | undefined {
  const { bytes } = answerExcerpt(response, destination, 2 * maxLength);
  // What is cut off may be cut within a character.
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
  if (text.includes('\uFFFD')) {
    return undefined;
  }
  const beginning = text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '');
  return visibleLine(beginning, maxLength) || undefined;
}

/** The query of the address, and the values of the operator's headers. */
function secretsOf({
  address,
  credentials,
}: Pick<Destination, 'address' | 'credentials'>): string[] {
  const [, query] = address.path.split('?');
  const values = Object.values(credentials);
  const told = [
    ...(query === undefined ? [] : [query, ...query.split(/[&=]/)]),
    ...values,
    // Of "Bearer token", the token.
    ...values.flatMap(value => value.split(' ').slice(1)),
  ];
  const spelt = told.flatMap(secret => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    decoded(secret),
  ]);
  const bytes = spelt
    .filter(secret => secret.length >= MIN_LENGTH)
    .map(secret => Buffer.from(secret, 'utf8').toString('latin1'));
  // The longer ones first: a shorter one may be part of them.
  return [...new Set(bytes)].sort((a, b) => b.length - a.length);
}

/** How many characters at the end may be the beginning of a secret that was cut off. */
function cutSecret(text: string, secrets: readonly string[]): number {
  let longest = 0;
  for (const secret of secrets) {
    for (let length = secret.length - 1; length > longest; length -= 1) {
      if (length >= MIN_LENGTH && text.endsWith(secret.slice(0, length))) {
        longest = length;
      }
    }
  }
  return longest;
}

function decoded(secret: string): string {
  try {
    return decodeURIComponent(secret);
  } catch {
    return secret;
  }
}
