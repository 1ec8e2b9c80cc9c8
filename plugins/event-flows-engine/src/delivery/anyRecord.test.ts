import { validateHeaderName, validateHeaderValue } from 'node:http';
import {
  startRecordingEndpoint,
  type RecordingEndpoint,
} from '@event-flows/testbed';
import fc from 'fast-check';
import { AddressPolicy } from '../address/AddressPolicy';
import type { BrokerRecord } from '../broker/BrokerDriver';
import {
  CloudEventEncoder,
  type CloudEventRequest,
  UnsendableRecordError,
} from './CloudEventRequest';
import {
  addressOf,
  type DispatchResult,
  HttpDispatcher,
} from './HttpDispatcher';

jest.setTimeout(60_000);

const SEED = 20261126;

/** Names that mean something to us, to HTTP or to JavaScript. */
const NAMES = [
  ...['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_time', 'ce_a b'],
  ...['CE_ID', 'ce-id', 'content-type', 'Content-Type', 'idempotency-key'],
  ...['traceparent', 'tracestate', 'authorization', 'x-tenant', 'X-TENANT'],
  ...['host', 'content-length', 'transfer-encoding', 'connection', 'expect'],
  ...['keep-alive', 'upgrade', 'te', 'trailer', '__proto__', 'constructor', ''],
];

const VALUES = [
  ...['', '1.0', 'a\r\nx-evil: 1', 'a\u0000b', 'Zürich', '\u202e', '\ufeff'],
  ...['application/json', 'application/cloudevents+json', 'chunked', '0'],
  `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
];

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 64 }).map(array => Buffer.from(array)),
  fc.string({ unit: 'binary', maxLength: 64 }).map(text => Buffer.from(text)),
  fc.constantFrom(...VALUES).map(text => Buffer.from(text)),
  fc.json().map(text => Buffer.from(text)),
);

const header = fc.tuple(
  fc.oneof(
    fc.constantFrom(...NAMES),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.stringMatching(/^ce_[a-z0-9]{1,70}$/),
  ),
  bytes,
);

/** Whatever a broker may hand out. */
const anyRecord: fc.Arbitrary<BrokerRecord> = fc.record({
  partition: fc.nat({ max: 2 ** 31 - 1 }),
  offset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  // 64 bits wide, and -1 where there is none.
  timestamp: fc.oneof(
    fc.integer({ min: -1, max: 2 ** 48 }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(Number),
  ),
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.array(header, { maxLength: 12 }),
});

const encoder = new CloudEventEncoder({
  clusterId: 'cluster/1 ü',
  topic: 'reviews',
  forwardHeaders: new Set([...NAMES, 'x-tenant']),
  credentials: { Authorization: 'Bearer ours' },
  randomHex: count => 'ab'.repeat(count),
});

function encode(record: BrokerRecord): CloudEventRequest | undefined {
  try {
    return encoder.encode(record);
  } catch (error) {
    if (error instanceof UnsendableRecordError) {
      return undefined;
    }
    throw error;
  }
}

function pairsOf(headers: readonly string[]): Array<[string, string]> {
  return Array.from({ length: headers.length / 2 }, (_, i) => [
    headers[2 * i],
    headers[2 * i + 1],
  ]);
}

describe('any record that Kafka allows', () => {
  it('becomes a request with headers that can be sent, or is unsendable', () => {
    fc.assert(
      fc.property(anyRecord, record => {
        const request = encode(record);
        if (!request) {
          return;
        }
        const pairs = pairsOf(request.headers);
        for (const [name, value] of pairs) {
          validateHeaderName(name);
          validateHeaderValue(name, value);
        }
        const headers = new Map(pairs);
        expect(headers.size).toBe(pairs.length);
        expect(headers.get('authorization')).toBe('Bearer ours');
        for (const name of ['host', 'content-length', 'transfer-encoding']) {
          expect(headers.has(name)).toBe(false);
        }
        // RFC 3339 has four digits for the year; what comes with the record is its own.
        const isOwn = record.headers.some(([name]) => /^ce_time$/i.test(name));
        expect(isOwn ? '' : (headers.get('ce-time') ?? '')).not.toMatch(
          /^[+-]/,
        );
        expect(request.body).toEqual(record.value ?? Buffer.alloc(0));
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });

  describe('sent to an endpoint', () => {
    let endpoint: RecordingEndpoint;
    let dispatcher: HttpDispatcher;

    beforeAll(async () => {
      endpoint = await startRecordingEndpoint();
      dispatcher = new HttpDispatcher(
        new AddressPolicy({
          brokers: { allow: [] },
          endpoints: { allow: [endpoint.url] },
        }).endpoints,
      );
    });

    afterAll(async () => {
      await dispatcher?.close();
      await endpoint?.close();
    });

    const send = (request: CloudEventRequest) =>
      new Promise<DispatchResult>(resolve => {
        dispatcher.send(
          {
            endpoint: addressOf(new URL(`${endpoint.url}/a`)),
            request,
            timeoutMs: 10_000,
            keepBody: false,
          },
          resolve,
        );
      });

    it('arrives byte for byte', async () => {
      await fc.assert(
        fc.asyncProperty(anyRecord, async record => {
          const request = encode(record);
          if (!request) {
            return;
          }
          expect(await send(request)).toMatchObject({
            response: { status: 200 },
          });
          const arrived = endpoint.requests.at(-1);
          expect(arrived?.body).toEqual(request.body);
          expect(pairsOf(arrived?.rawHeaders ?? [])).toEqual(
            expect.arrayContaining(pairsOf(request.headers)),
          );
        }),
        { seed: SEED, numRuns: 500 },
      );
    });

    it('is answered also where its headers are more than a server reads', async () => {
      const value = Buffer.alloc(100_000, 'a');
      for (const name of ['ce_huge', 'content-type', 'x-tenant']) {
        const ce = ['specversion', 'id', 'source', 'type'].map(
          attribute => [`ce_${attribute}`, Buffer.from('1.0')] as const,
        );
        const request = encode({
          ...{ partition: 0, offset: 0n, timestamp: 0, key: null, value },
          headers: [...ce, [name, value]],
        });
        expect(request && (await send(request))).toMatchObject({
          response: { status: 431 },
        });
      }
    });
  });
});
