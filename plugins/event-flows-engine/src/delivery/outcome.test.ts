import { AddressNotAllowedError } from '../address/AddressPolicy';
import { RequestTimeoutError } from './HttpDispatcher';
import { outcomeOfError, outcomeOfResponse } from './outcome';

const context = {
  host: 'sentiment.example.com',
  nowMs: Date.parse('2026-11-25T12:00:00Z'),
};

const answer = (
  status: number,
  body = '',
  extra: { retryAfter?: string; truncated?: boolean } = {},
) => ({
  status,
  body: Buffer.from(body),
  size: body.length,
  truncated: false,
  ...extra,
});

describe('outcomeOfResponse', () => {
  it.each([
    [200, 'delivered'],
    [201, 'delivered'],
    [204, 'delivered'],
    [299, 'delivered'],
    [301, 'misconfigured'],
    [302, 'misconfigured'],
    [304, 'misconfigured'],
    [307, 'misconfigured'],
    [401, 'misconfigured'],
    [403, 'misconfigured'],
    [407, 'misconfigured'],
    [410, 'misconfigured'],
    [404, 'transient'],
    [408, 'transient'],
    [409, 'transient'],
    [425, 'transient'],
    [429, 'transient'],
    [500, 'transient'],
    [502, 'transient'],
    [503, 'transient'],
    [504, 'transient'],
    [599, 'transient'],
    [400, 'refused'],
    [405, 'refused'],
    [413, 'refused'],
    [415, 'refused'],
    [422, 'refused'],
    [431, 'refused'],
    [501, 'refused'],
    [505, 'refused'],
  ])('%d is %s', (status, kind) => {
    const outcome = outcomeOfResponse(answer(status), context);
    expect(outcome.kind).toBe(kind);
    const reason = 'reason' in outcome ? outcome.reason : undefined;
    const words = `${status} from sentiment.example.com`;
    expect(reason?.startsWith(words)).toBe(
      kind === 'delivered' ? undefined : true,
    );
  });

  it.each([
    [429, '3', 3_000],
    [503, 'Wed, 25 Nov 2026 12:00:07 GMT', 7_000],
    [503, 'yesterday', undefined],
    [500, '3', undefined],
  ])(
    '%d with Retry-After "%s" waits %p ms',
    (status, retryAfter, retryAfterMs) => {
      expect(
        outcomeOfResponse(answer(status, '', { retryAfter }), context),
      ).toMatchObject({ kind: 'transient', retryAfterMs });
    },
  );

  describe('with a failure pointer', () => {
    it.each([
      ['/error', '{"error":"no model"}', 'refused'],
      ['/error', '{"error":0}', 'refused'],
      ['/error', '{"error":false}', 'refused'],
      ['/error', '{"error":null}', 'delivered'],
      ['/error', '{"result":1}', 'delivered'],
      ['/error', 'not json', 'delivered'],
      ['/error', '', 'delivered'],
      ['/error', '[]', 'delivered'],
      ['/errors/0/message', '{"errors":[{"message":"x"}]}', 'refused'],
      ['/errors/1', '{"errors":[1]}', 'delivered'],
      ['/a~1b/c~0d', '{"a/b":{"c~d":1}}', 'refused'],
      ['', '{}', 'refused'],
      ['/constructor', '{}', 'delivered'],
      ['/length', '"text"', 'delivered'],
    ])('%s in %s is %s', (failurePointer, body, kind) => {
      expect(
        outcomeOfResponse(answer(200, body), { ...context, failurePointer })
          .kind,
      ).toBe(kind);
    });

    it('does not take an answer that it cannot look through as a success', () => {
      const outcome = outcomeOfResponse(answer(200, '{', { truncated: true }), {
        ...context,
        failurePointer: '/error',
      });
      expect(outcome.kind).toBe('refused');
    });
  });
});

describe('outcomeOfError', () => {
  const coded = (code: string) => Object.assign(new Error('boom'), { code });

  it.each<[string, Error, string]>([
    ['refused', coded('ECONNREFUSED'), 'transient'],
    ['reset', coded('ECONNRESET'), 'transient'],
    ['unknown host', coded('ENOTFOUND'), 'transient'],
    ['closed', coded('UND_ERR_SOCKET'), 'transient'],
    ['late', new RequestTimeoutError('no answer within 5 ms'), 'transient'],
    ['untrusted', coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'misconfigured'],
    ['other host', coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'misconfigured'],
    ['expired', coded('CERT_HAS_EXPIRED'), 'misconfigured'],
    ['not allowed', new AddressNotAllowedError('no'), 'misconfigured'],
    ['unsendable', coded('UND_ERR_INVALID_ARG'), 'poison'],
  ])('%s: %p is %s', (_, error, kind) => {
    expect(outcomeOfError(error, context).kind).toBe(kind);
  });

  it('says in words what happened and where', () => {
    expect(outcomeOfError(coded('ECONNREFUSED'), context)).toMatchObject({
      reason: 'connection refused at sentiment.example.com',
    });
  });
});
