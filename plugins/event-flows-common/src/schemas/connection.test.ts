import { brokerAddressSchema, createConnectionSchema } from './connection';

const valid = {
  name: 'orders-prod',
  type: 'kafka',
  brokers: ['kafka-1.example.com:9092'],
};
const certificate =
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const key = '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n';

const sasl = { mechanism: 'plain', username: 'a', password: 'b' };

describe('brokerAddressSchema', () => {
  it.each([
    'kafka.example.com:9092',
    'localhost:1',
    '10.0.0.1:65535',
    '[::1]:9092',
    'broker_1:9092',
  ])('accepts %s', address => {
    expect(brokerAddressSchema.safeParse(address).success).toBe(true);
  });

  it.each([
    'kafka.example.com',
    'kafka.example.com:',
    'kafka.example.com:0',
    'kafka.example.com:65536',
    '::1:9092',
    'http://kafka:9092',
    'user@kafka:9092',
    'kafka:9092/x',
    'kafka :9092',
    '-kafka:9092',
    'kafka\u0000:9092',
    '',
  ])('refuses %j', address => {
    expect(brokerAddressSchema.safeParse(address).success).toBe(false);
  });
});

describe('createConnectionSchema', () => {
  it('accepts the least that is needed', () => {
    expect(createConnectionSchema.parse(valid)).toEqual(valid);
  });

  it('accepts TLS in both spellings', () => {
    const chain = `Bag Attributes\n${certificate}${certificate}`;
    for (const tls of [true, {}, { ca: chain, cert: certificate, key }]) {
      expect(createConnectionSchema.safeParse({ ...valid, tls }).success).toBe(
        true,
      );
    }
  });

  it.each([
    ['an unknown field', { ...valid, extra: 1 }],
    [
      'an unknown field inside',
      { ...valid, tls: { rejectUnauthorized: false } },
    ],
    ['no brokers', { ...valid, brokers: [] }],
    ['a broker twice', { ...valid, brokers: ['a:1', 'a:1'] }],
    [
      '51 brokers',
      { ...valid, brokers: [...Array(51)].map((_, i) => `a${i}:1`) },
    ],
    ['another type', { ...valid, type: 'pulsar' }],
    ['a name with NUL', { ...valid, name: 'a\u0000b' }],
    ['a name with a right-to-left mark', { ...valid, name: 'a\u202eb' }],
    ['an empty name', { ...valid, name: '' }],
    ['a name of spaces', { ...valid, name: '  ' }],
    ['a certificate without key', { ...valid, tls: { cert: certificate } }],
    ['a key without certificate', { ...valid, tls: { key } }],
    ['a CA that is no PEM', { ...valid, tls: { ca: 'hello' } }],
    [
      'a certificate and its key in one',
      { ...valid, tls: { cert: key + certificate, key } },
    ],
    ['a key beside the CA', { ...valid, tls: { ca: certificate + key } }],
    [
      'the end of a key beside the CA',
      { ...valid, tls: { ca: `${certificate}-----end rsa private key-----` } },
    ],
    ['TLS switched off in words', { ...valid, tls: false }],
    [
      'an unknown mechanism',
      { ...valid, sasl: { mechanism: 'gssapi', username: 'a', password: 'b' } },
    ],
    [
      'a user name with NUL',
      { ...valid, sasl: { ...sasl, username: 'a\u0000b' } },
    ],
    [
      'a user name with a right-to-left mark',
      { ...valid, sasl: { ...sasl, username: 'a\u202eb' } },
    ],
    [
      'a password with NUL',
      { ...valid, sasl: { ...sasl, password: 'a\u0000b' } },
    ],
    [
      'half a character as password',
      { ...valid, sasl: { ...sasl, password: '\ud800' } },
    ],
    [
      'no password',
      { ...valid, sasl: { mechanism: 'plain', username: 'a', password: '' } },
    ],
  ])('refuses %s', (_, input) => {
    expect(createConnectionSchema.safeParse(input).success).toBe(false);
  });
});
