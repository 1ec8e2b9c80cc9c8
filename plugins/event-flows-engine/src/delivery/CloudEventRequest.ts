import { isAscii, isUtf8 } from 'node:buffer';
import type { BrokerRecord } from '../broker/BrokerDriver';
import { isReservedHeader } from './reservedHeaders';

/** Names and values in turn, as undici takes them. */
export type HeaderList = string[];

/** A record as an HTTP request. */
export interface CloudEventRequest {
  headers: HeaderList;
  body: Buffer;
}

/** Where a record comes from, and what may be sent along. */
export interface RequestOptions {
  clusterId: string;
  topic: string;
  /** Names of record headers that are passed on, lower case. */
  forwardHeaders: ReadonlySet<string>;
  /** Of the operator, for this endpoint. */
  credentials: Readonly<Record<string, string>>;
  /** Random bytes in hexadecimal, for trace ids. */
  randomHex: (bytes: number) => string;
}

/** The record cannot be sent, now or ever. */
export class UnsendableRecordError extends Error {
  readonly name = 'UnsendableRecordError' as const;
}

/** No endpoint takes more, and no broker hands out more without being told to. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** A longer key is data, and servers refuse requests with such headers. */
const MAX_KEY_BYTES = 1024;
const EMPTY = Buffer.alloc(0);
const NONE: ReadonlyMap<string, string> = new Map();
const TYPE = 'event-flows.kafka.record.v1';
/** The last millisecond whose year has four digits, which is all that RFC 3339 knows. */
const MAX_TIMESTAMP = Date.UTC(10_000, 0) - 1;

const TOKEN = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
const SAFE_VALUE = /^[\t\x20-\x7e]*$/;
const ATTRIBUTE = /^[a-z0-9]{1,64}$/;
const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const REQUIRED_ATTRIBUTES = ['specversion', 'id', 'source', 'type'];

const PLAIN = /^[\x21\x23\x24\x26-\x7e]*$/;
const UNSAFE = /[^\x21\x23\x24\x26-\x7e]+/gu;

/** Makes requests of records: CloudEvents 1.0 in HTTP's binary mode. */
export class CloudEventEncoder {
  readonly #source: string;
  readonly #encodedSource: string;
  readonly #credentials: HeaderList;
  readonly #secretNames: ReadonlySet<string>;
  #timestamp: number | undefined;
  #time = '';

  /** @param options - what all requests have in common: it is looked at once */
  constructor(private readonly options: RequestOptions) {
    const { clusterId, topic, credentials } = options;
    this.#source = `/event-flows/${encodeURIComponent(clusterId)}/${topic}`;
    this.#encodedSource = percentEncode(this.#source);
    this.#credentials = Object.entries(credentials).flatMap(([name, value]) => [
      name.toLowerCase(),
      value,
    ]);
    this.#secretNames = new Set(
      Object.keys(credentials).map(name => name.toLowerCase()),
    );
  }

  /** @throws UnsendableRecordError */
  encode(record: BrokerRecord): CloudEventRequest {
    const body = record.value ?? EMPTY;
    if (body.length > MAX_BODY_BYTES) {
      throw new UnsendableRecordError(
        `The record is ${body.length} bytes long; the limit is ${MAX_BODY_BYTES}`,
      );
    }
    const own = record.headers.length === 0 ? NONE : readHeaders(record);
    const contentType = own.get('content-type') ?? guessContentType(body);
    const headers = this.#describe(record, own, contentType);
    pushTrace(headers, own, this.options.randomHex);
    if (own !== NONE && this.options.forwardHeaders.size > 0) {
      this.#forward(headers, own);
    }
    if (this.#credentials.length > 0) {
      headers.push(...this.#credentials);
    }
    return { headers, body };
  }

  /** What the record is, by itself or as it is called here. */
  #describe(
    record: BrokerRecord,
    own: ReadonlyMap<string, string>,
    contentType: string,
  ): HeaderList {
    const isWhole = contentType
      .toLowerCase()
      .startsWith('application/cloudevents');
    const given = isWhole || own === NONE ? undefined : cloudEventOf(own);
    if (given) {
      const key = percentEncode(`${given.get('source')}${given.get('id')}`);
      return [
        ...['content-type', contentType, 'idempotency-key', key],
        ...[...given].flatMap(([name, value]) => [
          `ce-${name}`,
          percentEncode(value),
        ]),
      ];
    }
    // Names of topics need no encoding: letters, digits, dots, hyphens, underscores.
    const id = `${this.options.topic}:${record.partition}:${record.offset}`;
    const key = `${this.#encodedSource}${id}`;
    return isWhole
      ? ['content-type', contentType, 'idempotency-key', key]
      : this.#attributes(record, contentType, id, key);
  }

  /** The attributes that a record gets from us. One list at once: a record has no other. */
  #attributes(
    { timestamp, key }: BrokerRecord,
    contentType: string,
    id: string,
    idempotencyKey: string,
  ): HeaderList {
    const headers = [
      'content-type',
      contentType,
      'idempotency-key',
      idempotencyKey,
      'ce-specversion',
      '1.0',
      'ce-id',
      id,
      'ce-source',
      this.#encodedSource,
      'ce-type',
      TYPE,
    ];
    if (timestamp >= 0 && timestamp <= MAX_TIMESTAMP) {
      headers.push('ce-time', this.#timeOf(timestamp));
    }
    const subject = key && subjectOf(key);
    if (subject) {
      headers.push('ce-subject', subject, 'ce-partitionkey', subject);
    }
    return headers;
  }

  /** Many records in a row were produced in the same millisecond. */
  #timeOf(timestamp: number): string {
    if (timestamp !== this.#timestamp) {
      this.#timestamp = timestamp;
      this.#time = new Date(timestamp).toISOString();
    }
    return this.#time;
  }

  #forward(headers: HeaderList, own: ReadonlyMap<string, string>) {
    const { forwardHeaders } = this.options;
    for (const [name, value] of own) {
      const maySend =
        forwardHeaders.has(name) &&
        TOKEN.test(name) &&
        !isReservedHeader(name) &&
        !this.#secretNames.has(name);
      if (maySend && SAFE_VALUE.test(value)) {
        headers.push(name, value);
      }
    }
  }
}

/** The last value of each name, lower case; values that are no text are left out. */
function readHeaders(record: BrokerRecord): Map<string, string> {
  const own = new Map<string, string>();
  for (const [name, value] of record.headers) {
    if (isUtf8(value)) {
      own.set(name.toLowerCase(), value.toString('utf8'));
    }
  }
  const contentType = own.get('content-type');
  if (!contentType || !SAFE_VALUE.test(contentType)) {
    own.delete('content-type');
  }
  return own;
}

/** The attributes of a record that is a CloudEvent already. */
function cloudEventOf(
  own: ReadonlyMap<string, string>,
): Map<string, string> | undefined {
  const event = new Map<string, string>();
  for (const [name, value] of own) {
    const attribute = name.startsWith('ce_') ? name.slice(3) : '';
    if (ATTRIBUTE.test(attribute) && value) {
      event.set(attribute, value);
    }
  }
  return REQUIRED_ATTRIBUTES.every(attribute => event.has(attribute))
    ? event
    : undefined;
}

/** A key that is text, as a header's value. */
function subjectOf(key: Buffer): string | undefined {
  if (key.length > MAX_KEY_BYTES) {
    return undefined;
  }
  const plain = key.toString('latin1');
  if (PLAIN.test(plain)) {
    return plain;
  }
  const text = isUtf8(key) ? key.toString('utf8') : '';
  return /^\P{Cc}+$/u.test(text) ? percentEncode(text) : undefined;
}

function guessContentType(body: Buffer): string {
  return isJson(body) ? 'application/json' : 'application/octet-stream';
}

function isJson(body: Buffer): boolean {
  if (body.length === 0 || !isUtf8(body)) {
    return false;
  }
  try {
    // Text of one byte for each character is read in half the time.
    JSON.parse(body.toString(isAscii(body) ? 'latin1' : 'utf8'));
    return true;
  } catch {
    return false;
  }
}

/** A trace that came with the record goes on; else one begins here. */
function pushTrace(
  headers: HeaderList,
  own: ReadonlyMap<string, string>,
  randomHex: (bytes: number) => string,
) {
  const parent = own.get('traceparent');
  if (parent === undefined || !TRACEPARENT.test(parent)) {
    const ids = randomHex(24);
    headers.push('traceparent', `00-${ids.slice(0, 32)}-${ids.slice(32)}-01`);
    return;
  }
  headers.push('traceparent', parent);
  const state = own.get('tracestate');
  if (state && state.length <= 512 && SAFE_VALUE.test(state)) {
    headers.push('tracestate', state);
  }
}

/**
 * As CloudEvents' HTTP binding wants header values: everything but printable
 * ASCII is percent-encoded, and so are space, quote and percent sign.
 */
function percentEncode(value: string): string {
  return PLAIN.test(value) ? value : value.replace(UNSAFE, encodeText);
}

function encodeText(text: string): string {
  return Array.from(
    Buffer.from(text, 'utf8'),
    byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
