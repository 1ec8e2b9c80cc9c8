import fc from 'fast-check';
import {
  AddressNotAllowedError,
  AddressPolicy,
  createCredentialLookup,
} from './AddressPolicy';

const policyOf = (brokers: string[], endpoints: string[] = []) =>
  new AddressPolicy({
    brokers: { allow: brokers },
    endpoints: { allow: endpoints },
  });

/** A literal is its own address. */
const withAddress = (cases: Array<[string, number, string?]>) =>
  cases.map(([host, port, address = host]) => [host, port, address] as const);

describe('brokers', () => {
  const mayDial = (
    allow: string[],
    host: string,
    port: number,
    address = host,
  ) => {
    const { brokers } = policyOf(allow);
    try {
      brokers.checkHost(host, port);
      brokers.checkAddress(host, port, address);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(AddressNotAllowedError);
      expect((error as Error).message).toMatch('eventFlows.brokers.allow');
      return false;
    }
  };

  it.each(
    withAddress([
      ['kafka.internal', 9092, '10.0.0.7'],
      ['KAFKA.internal', 9092, '10.0.0.7'],
      ['any.internal', 9093, '10.0.0.8'],
      ['b1.kafka.example.com', 9094, '203.0.113.5'],
      ['10.20.30.40', 9092],
      ['advertised', 9092, '10.20.30.40'],
      ['127.0.0.1', 1],
      ['localhost', 9095, '127.0.0.1'],
      ['localhost', 9095, '::1'],
      ['localhost', 77, '127.0.0.1'],
      ['fd00::5', 9092],
      ['::ffff:10.20.30.40', 9092],
    ]),
  )('allows %s:%d (%s)', (host, port, address) => {
    const allow = [
      'kafka.internal:9092',
      'any.internal:*',
      '*.example.com:9094',
      '10.0.0.0/8:9092',
      '127.0.0.1:*',
      'localhost:9095',
      '[fd00::]/16:9092',
    ];
    expect(mayDial(allow, host, port, address)).toBe(true);
  });

  it.each(
    withAddress([
      // nothing names it
      ['kafka.internal', 9093, '10.0.0.7'],
      ['other.internal', 9092, '192.168.0.1'],
      ['example.com', 9092, '203.0.113.5'],
      ['evilexample.com', 9092, '203.0.113.5'],
      ['11.0.0.1', 9092],
      // loopback and its disguises, which only a range or a wildcard covers
      ['127.0.0.1', 9092],
      ['127.1', 9092],
      ['2130706433', 9092],
      ['0x7f000001', 9092],
      ['::1', 9092],
      ['::ffff:127.0.0.1', 9092],
      ['[::ffff:a9fe:a9fe]', 9092],
      ['64:ff9b::a9fe:a9fe', 9092],
      ['2002:7f00:1::', 9092],
      ['::127.0.0.1', 9092],
      ['0.0.0.0', 9092],
      ['::', 9092],
      ['169.254.169.254', 9092],
      ['fe80::1', 9092],
      ['224.0.0.1', 9092],
      ['255.255.255.255', 9092],
      // names that somebody's DNS points there
      ['kafka.internal', 9092, '127.0.0.1'],
      ['kafka.internal', 9092, '169.254.169.254'],
      ['b1.example.com', 9092, '127.0.0.1'],
      ['localhost', 9092, '127.0.0.1'],
    ]),
  )('refuses %s:%d (%s)', (host, port, address) => {
    const allow = [
      'kafka.internal:9092',
      '*.example.com:9092',
      '10.0.0.0/8:9092',
      '126.0.0.0/7:9092',
      '[::]/0:9092',
      '0.0.0.0/8:9092',
      '169.254.0.0/16:9092',
      '192.0.2.0/24:9092',
    ];
    expect(mayDial(allow, host, port, address)).toBe(false);
  });

  it('never dials a special address that no entry names', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const special = fc.oneof(
      fc.tuple(fc.constant(127), octet, octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.integer({ min: 224, max: 239 }), octet, octet, octet),
    );
    const disguise = fc.constantFrom<(bytes: number[]) => string>(
      bytes => bytes.join('.'),
      bytes => `::ffff:${bytes.join('.')}`,
      bytes => `64:ff9b::${bytes.join('.')}`,
      bytes => `[::ffff:${bytes.join('.')}]`,
      bytes => String(bytes.reduce((sum, byte) => sum * 256 + byte, 0)),
    );
    fc.assert(
      fc.property(special, disguise, (bytes, write) => {
        const allow = ['0.0.0.0/0:*', '[::]/0:*', '*.example.com:*'];
        expect(mayDial(allow, write(bytes), 9092)).toBe(false);
        const address = bytes.join('.');
        expect(mayDial(allow, 'a.example.com', 9092, address)).toBe(false);
        expect(mayDial([`${address}:*`], write(bytes), 9092)).toBe(true);
      }),
    );
  });

  it.each([
    'kafka',
    'kafka:',
    'kafka:0',
    'kafka:65536',
    '*:9092',
    '*.*.com:9092',
    'kafka:9092:9093x',
    '10.0.0.0/33:9092',
    '::1:9092',
    'http://kafka:9092',
    'ka fka:9092',
    '',
  ])('refuses the entry "%s" with the key to mend', entry => {
    expect(() => policyOf([entry])).toThrow(
      /^eventFlows\.brokers\.allow: ".*" .*host:port/,
    );
  });
});

describe('endpoints', () => {
  const policy = policyOf(
    [],
    [
      'https://algorithms.example.com/nlp',
      'http://127.0.0.1:8080/',
      'https://[fd00::1]:8443/x/',
    ],
  );

  it.each([
    'https://algorithms.example.com/nlp',
    'https://algorithms.example.com/nlp/',
    'https://algorithms.example.com:443/nlp/sentiment?a=b',
    'https://ALGORITHMS.example.com/nlp/../nlp/sentiment',
    'http://127.0.0.1:8080/anything',
    'http://2130706433:8080/anything',
    'https://[fd00:0::1]:8443/x/y',
  ])('allows %s', url => {
    expect(policy.isEndpointAllowed(url)).toBe(true);
  });

  it.each([
    'http://algorithms.example.com/nlp',
    'https://algorithms.example.com:8443/nlp',
    'https://algorithms.example.com.evil.org/nlp',
    'https://algorithms.example.com@evil.org/nlp',
    'https://user:pass@algorithms.example.com/nlp',
    'https://algorithms.example.com/nlpx',
    'https://algorithms.example.com/',
    'https://algorithms.example.com/nlp/../admin',
    'https://algorithms.example.com/nlp/%2e%2e/admin',
    'https://algorithms.example.com/nlp/..%2fadmin',
    'https://algorithms.example.com/nlp/..%5cadmin',
    'https://algorithms.example.com/nlp\\..\\admin',
    'http://127.0.0.1:8081/',
    'file:///etc/passwd',
    'data:text/plain,hello',
    'nonsense',
    '',
  ])('refuses %s', url => {
    expect(policy.isEndpointAllowed(url)).toBe(false);
  });

  it('never allows a path outside the prefix', () => {
    const segment = fc.constantFrom(
      '..',
      '.',
      'nlp',
      'a',
      '%2e%2e',
      '%2E.',
      '',
    );
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 8 }), segments => {
        const url = `https://algorithms.example.com/${segments.join('/')}`;
        const { pathname } = new URL(url);
        expect(policy.isEndpointAllowed(url)).toBe(
          pathname === '/nlp' || pathname.startsWith('/nlp/'),
        );
      }),
    );
  });

  it.each([
    ['ftp://a/', 'neither http nor https'],
    ['https://u:p@a/', 'user name or password'],
    ['https://a/?x', 'query'],
    ['a/b', 'no URL'],
  ])('refuses the entry %s', (entry, why) => {
    expect(() => policyOf([], [entry])).toThrow(why);
    expect(() => policyOf([], [entry])).toThrow('eventFlows.endpoints.allow');
  });

  it('dials a special address only if it is named', () => {
    const dial = (host: string, port: number, address: string) => () => {
      const { endpoints } = policyOf(
        [],
        ['http://a.example.com/', 'http://localhost/', 'http://127.0.0.9/'],
      );
      endpoints.checkHost(host, port);
      endpoints.checkAddress(host, port, address);
    };
    expect(dial('a.example.com', 80, '10.1.2.3')).not.toThrow();
    expect(dial('localhost', 80, '127.0.0.1')).not.toThrow();
    expect(dial('127.0.0.9', 80, '127.0.0.9')).not.toThrow();
    expect(dial('a.example.com', 80, '127.0.0.9')).not.toThrow();
    expect(dial('a.example.com', 80, '127.0.0.1')).toThrow('not allowed');
    expect(dial('a.example.com', 80, '169.254.169.254')).toThrow('not allowed');
    expect(dial('localhost', 80, '169.254.169.254')).toThrow('not allowed');
    expect(dial('b.example.com', 80, '10.1.2.3')).toThrow('not allowed');
    expect(dial('a.example.com', 81, '10.1.2.3')).toThrow('not allowed');
  });
});

describe('credentials', () => {
  it('come from the longest prefix', () => {
    const lookup = createCredentialLookup([
      { prefix: 'https://a.example.com/', headers: { authorization: 'all' } },
      {
        prefix: 'https://a.example.com/nlp',
        headers: { authorization: 'nlp' },
      },
    ]);
    const of = (url: string) => lookup(new URL(url)).authorization;
    expect(of('https://a.example.com/nlp/x')).toBe('nlp');
    expect(of('https://a.example.com/other')).toBe('all');
    expect(of('https://b.example.com/nlp')).toBeUndefined();
  });

  it.each([
    ['bad name', 'x'],
    ['authorization', 'Bearer s3cret\r\nx: y'],
    ['authorization', 's3cret \u{1f600}'],
  ])(
    'refuse a header that cannot be sent, without showing it: %s',
    (name, value) => {
      const create = () =>
        createCredentialLookup([
          { prefix: 'https://a.example.com/', headers: { [name]: value } },
        ]);
      expect(create).toThrow(
        /^eventFlows\.endpoints\.credentials: .* cannot be sent/,
      );
      expect(create).not.toThrow('s3cret');
    },
  );
});
