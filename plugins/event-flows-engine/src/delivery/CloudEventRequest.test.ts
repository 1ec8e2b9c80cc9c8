import { validateHeaderName, validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import type { BrokerRecord } from '../broker/BrokerDriver';
import {
  CloudEventEncoder,
  UnsendableRecordError,
  type RequestOptions,
} from './CloudEventRequest';

const options: RequestOptions = {
  clusterId: 'C1uster_id-x',
  topic: 'reviews',
  forwardHeaders: new Set(),
  credentials: {},
  randomHex: bytes => 'ab'.repeat(bytes),
};

function recordOf(changes: Partial<BrokerRecord> = {}): BrokerRecord {
  return {
    partition: 2,
    offset: 8_812n,
    timestamp: Date.parse('2026-11-25T12:00:00.123Z'),
    key: Buffer.from('customer-7'),
    value: Buffer.from('{"stars":5}'),
    headers: [],
    ...changes,
  };
}

const headersOf = (headers: Record<string, string | Buffer>) =>
  Object.entries(headers).map(
    ([name, value]) => [name, Buffer.from(value)] as const,
  );

function send(
  changes: Partial<BrokerRecord> = {},
  other: Partial<RequestOptions> = {},
) {
  const encoder = new CloudEventEncoder({ ...options, ...other });
  const { headers, body } = encoder.encode(recordOf(changes));
  const pairs = Array.from({ length: headers.length / 2 }, (_, index) =>
    headers.slice(index * 2, index * 2 + 2),
  );
  expect(new Set(pairs.map(([name]) => name)).size).toBe(pairs.length);
  return { headers: Object.fromEntries(pairs), body };
}

describe('CloudEventEncoder', () => {
  it('describes a record as a CloudEvent', () => {
    const record = recordOf();
    const { headers, body } = send();
    expect(headers).toEqual({
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': 'reviews:2:8812',
      'ce-source': '/event-flows/C1uster_id-x/reviews',
      'ce-type': 'event-flows.kafka.record.v1',
      'ce-time': '2026-11-25T12:00:00.123Z',
      'ce-subject': 'customer-7',
      'ce-partitionkey': 'customer-7',
      'idempotency-key': '/event-flows/C1uster_id-x/reviewsreviews:2:8812',
      traceparent: `00-${'ab'.repeat(16)}-${'ab'.repeat(8)}-01`,
    });
    expect(body).toEqual(record.value);
  });

  it('passes the value on byte for byte', () => {
    const value = Buffer.from([0, 255, 13, 10, 128]);
    const { headers, body } = send({ value });
    expect(body).toBe(value);
    expect(headers['content-type']).toBe('application/octet-stream');
  });

  it.each<[string, Buffer | null, string]>([
    ['an object', Buffer.from(' {"a":1}'), 'application/json'],
    ['a number', Buffer.from('17'), 'application/json'],
    ['text', Buffer.from('hello'), 'application/octet-stream'],
    ['broken JSON', Buffer.from('{"a":'), 'application/octet-stream'],
    ['nothing', Buffer.alloc(0), 'application/octet-stream'],
    ['a tombstone', null, 'application/octet-stream'],
  ])('guesses the type of %s', (_, value, type) => {
    expect(send({ value }).headers['content-type']).toBe(type);
  });

  it('prefers the type that the record names', () => {
    const headers = headersOf({ 'Content-Type': 'application/avro' });
    expect(send({ headers }).headers['content-type']).toBe('application/avro');
    const broken = headersOf({ 'content-type': 'a\r\nb: c' });
    expect(send({ headers: broken }).headers['content-type']).toBe(
      'application/json',
    );
  });

  it.each([
    ['Zürich', 'Z%C3%BCrich'],
    ['a b"c%', 'a%20b%22c%25'],
    ['日本', '%E6%97%A5%E6%9C%AC'],
    ['😀', '%F0%9F%98%80'],
    ['~!', '~!'],
  ])('writes the key %s as %s', (key, subject) => {
    const { headers } = send({ key: Buffer.from(key) });
    expect(headers['ce-subject']).toBe(subject);
    expect(headers['ce-partitionkey']).toBe(subject);
  });

  it.each<[string, Buffer | null]>([
    ['missing', null],
    ['empty', Buffer.alloc(0)],
    ['binary', Buffer.from([1, 200])],
    ['full of control characters', Buffer.from('a\r\nb: c')],
    ['too long for a header', Buffer.alloc(2_000, 'a')],
  ])('names no subject where the key is %s', (_, key) => {
    const { headers } = send({ key });
    expect(headers).not.toHaveProperty('ce-subject');
    expect(headers).not.toHaveProperty('ce-partitionkey');
  });

  it('names no time where there is none', () => {
    expect(send({ timestamp: -1 }).headers).not.toHaveProperty('ce-time');
    expect(send({ timestamp: 9e15 }).headers).not.toHaveProperty('ce-time');
    const last = Date.UTC(10_000, 0) - 1;
    expect(send({ timestamp: last }).headers).toHaveProperty('ce-time');
    expect(send({ timestamp: last + 1 }).headers).not.toHaveProperty('ce-time');
  });

  it('keeps the attributes of a record that is a CloudEvent', () => {
    const { headers } = send({
      headers: headersOf({
        ce_specversion: '1.0',
        ce_id: 'e-1',
        ce_source: '/shop',
        ce_type: 'shop.review',
        ce_tenant: 'Zürich',
        'ce_bad name': 'x',
        'content-type': 'application/json; charset=utf-8',
      }),
    });
    expect(headers).toEqual({
      'content-type': 'application/json; charset=utf-8',
      'ce-specversion': '1.0',
      'ce-id': 'e-1',
      'ce-source': '/shop',
      'ce-type': 'shop.review',
      'ce-tenant': 'Z%C3%BCrich',
      'idempotency-key': '/shope-1',
      traceparent: expect.any(String),
    });
  });

  it('takes half a CloudEvent for none', () => {
    const { headers } = send({ headers: headersOf({ ce_id: 'e-1' }) });
    expect(headers['ce-id']).toBe('reviews:2:8812');
  });

  it('does not describe twice what is a structured CloudEvent', () => {
    const type = 'application/cloudevents+json';
    const { headers } = send({ headers: headersOf({ 'content-type': type }) });
    expect(Object.keys(headers)).toEqual([
      'content-type',
      'idempotency-key',
      'traceparent',
    ]);
  });

  it('continues a trace, and begins one where there is none', () => {
    const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`;
    const valid = headersOf({ traceparent, tracestate: 'a=b' });
    expect(send({ headers: valid }).headers).toMatchObject({
      traceparent,
      tracestate: 'a=b',
    });
    for (const invalid of [
      `00-${'0'.repeat(32)}-${'2'.repeat(16)}-00`,
      `ff-${'1'.repeat(32)}-${'2'.repeat(16)}-00`,
      'x\r\ny: z',
    ]) {
      const { headers } = send({
        headers: headersOf({ traceparent: invalid, tracestate: 'a=b' }),
      });
      expect(headers.traceparent).toMatch(/^00-(ab){16}-(ab){8}-01$/);
      expect(headers).not.toHaveProperty('tracestate');
    }
  });

  it('forwards the headers that are listed, where they can be sent', () => {
    const { headers } = send(
      {
        headers: headersOf({
          'X-Tenant': 'acme',
          'x-other': 'secret',
          'x-evil': 'a\r\nb: c',
          'x-umlaut': 'ü',
          host: 'evil.example.com',
          authorization: 'Bearer theirs',
          'content-length': '3',
          'ce-id': 'theirs',
        }),
      },
      {
        forwardHeaders: new Set([
          'x-tenant',
          'x-evil',
          'x-umlaut',
          'host',
          'authorization',
          'content-length',
          'ce-id',
        ]),
        credentials: { Authorization: 'Bearer ours' },
      },
    );
    expect(headers).toMatchObject({
      'x-tenant': 'acme',
      authorization: 'Bearer ours',
      'ce-id': 'reviews:2:8812',
    });
    for (const name of [
      'x-other',
      'x-evil',
      'x-umlaut',
      'host',
      'content-length',
    ]) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  it('makes headers that can be sent, and only those it should, of any record', () => {
    const name = fc.oneof(
      fc.constantFrom(
        ...['x-tenant', 'X-Tenant', 'authorization', 'Cookie', 'host', 'te'],
        ...['backstage-token', 'ce_id', 'ce_source', 'ce_type', 'ce_x'],
        ...['ce_specversion', 'content-type', 'traceparent', 'tracestate'],
        ...['x-tenant\r\nx', 'transfer-encoding', 'ce-id', '__proto__'],
      ),
      fc.string({ unit: 'binary' }),
    );
    const bytes = fc.oneof(
      fc.uint8Array().map(array => Buffer.from(array)),
      fc.string({ unit: 'binary' }).map(text => Buffer.from(text)),
      fc
        .constantFrom('1.0', 'a\r\nb: c', 'a\0b', 'ü', '\u{1f600}', 'text/html')
        .map(text => Buffer.from(text)),
    );
    const nothingElse =
      /^(content-type|ce-[a-z0-9]+|idempotency-key|traceparent|tracestate|x-tenant|authorization)$/;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, bytes), { maxLength: 12 }),
        fc.option(bytes),
        bytes,
        (headers, key, state) => {
          const trace = headersOf({
            traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`,
            tracestate: state,
          });
          const sent = send(
            { headers: [...trace, ...headers], key },
            {
              forwardHeaders: new Set([
                ...['x-tenant', 'authorization', 'host', 'transfer-encoding'],
              ]),
              credentials: { Authorization: 'Bearer ours' },
            },
          ).headers;
          for (const [sentName, value] of Object.entries<string>(sent)) {
            validateHeaderName(sentName);
            validateHeaderValue(sentName, value);
            expect(sentName).toMatch(nothingElse);
          }
          expect(sent.authorization).toBe('Bearer ours');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('refuses to send what is too large', () => {
    const value = Buffer.alloc(64 * 1024 * 1024 + 1);
    expect(() => send({ value })).toThrow(UnsendableRecordError);
  });
});
