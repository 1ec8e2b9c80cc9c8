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

const octet = fc.integer({ min: 0, max: 255 });
const bytes = fc.oneof(
  fc.tuple(octet, octet, octet, octet),
  fc.tuple(fc.constant(127), octet, octet, octet),
  fc.tuple(fc.constant(10), octet, octet, octet),
  fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
  fc.tuple(fc.integer({ min: 224, max: 239 }), octet, octet, octet),
);
type Bytes = [number, number, number, number];
const isSpecial = ([a, b]: Bytes) =>
  a === 0 || a === 127 || (a === 169 && b === 254) || (a > 223 && a < 240);
const hex = (value: number) => value.toString(16);
const number = (...parts: number[]) =>
  parts.reduce((sum, byte) => sum * 256 + byte, 0);
/** The ways to write an IPv4 address that some resolver or other takes. */
const spelling = fc.constantFrom<(address: Bytes) => string>(
  ([a, b, c, d]) => `${a}.${b}.${c}.${d}`,
  address => String(number(...address)),
  address => `0x${hex(number(...address))}`,
  address => `0${number(...address).toString(8)}`,
  address => address.map(byte => `0x${hex(byte)}`).join('.'),
  address => address.map(byte => `0${byte.toString(8)}`).join('.'),
  ([a, b, c, d]) => `${a}.${number(b, c, d)}`,
  ([a, b, c, d]) => `${a}.${b}.${number(c, d)}`,
  address => `::ffff:${address.join('.')}`,
  address => `[::ffff:${address.join('.')}]`,
  ([a, b, c, d]) => `::ffff:${hex(number(a, b))}:${hex(number(c, d))}`,
  ([a, b, c, d]) => `0:0:0:0:0:FFFF:${hex(number(a, b))}:${hex(number(c, d))}`,
  address => `64:ff9b::${address.join('.')}`,
  address => `::ffff:0:${address.join('.')}`,
);

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
      expect((error as Error).message).toMatch(
        /eventFlows\.brokers\.allow|there is no such port/,
      );
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
      // tunnels and translations that cannot be looked through
      ['2002:a00:7::1', 9092],
      ['2001:0:a00:7::1', 9092],
      ['64:ff9b:1::a00:7', 9092],
      ['64:ff9b:1:a9fe:a9:fe00:a00:7', 9092],
      // cloud metadata that is not link-local
      ['fd00:ec2::254', 9092],
      ['fd00:ec2::23', 9092],
      ['fd00:42::42', 9092],
      ['100.100.100.200', 9092],
      ['::ffff:168.63.129.16', 9092],
      ['kafka.internal', 9092, '168.63.129.16'],
      // the end of an address is no suffix of a name
      ['11.0.0.1', 9092],
      ['127.0.0.1', 9092],
      ['::ffff:11.0.0.1', 9092],
      // what no operator can allow
      ['192.168.7.1', 0],
      ['192.168.7.1', -1],
      ['192.168.7.1', 65536],
      ['192.168.7.1', 9092.5],
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
      '100.64.0.0/10:9092',
      '*.0.0.1:9092',
      '192.168.7.0/24:*',
    ];
    expect(mayDial(allow, host, port, address)).toBe(false);
  });

  it('never dials a special address that no entry names', () => {
    fc.assert(
      fc.property(bytes, spelling, (address, write) => {
        fc.pre(isSpecial(address));
        const allow = [
          ...['0.0.0.0/0:*', '[::]/0:*', '*.example.com:*'],
          `*.${address.slice(1).join('.')}:*`,
        ];
        const plain = address.join('.');
        expect(mayDial(allow, write(address), 9092)).toBe(false);
        expect(mayDial(allow, 'a.example.com', 9092, plain)).toBe(false);
        expect(mayDial([`${plain}:*`], write(address), 9092)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('dials an address only if an entry allows it, whatever its spelling', () => {
    const entry = fc.oneof(
      bytes.map(address => ({
        text: `${address.join('.')}:9092`,
        allows: (other: Bytes) => other.join('.') === address.join('.'),
      })),
      fc
        .tuple(bytes, fc.integer({ min: 0, max: 32 }))
        .map(([address, length]) => ({
          text: `${address.join('.')}/${length}:9092`,
          allows: (other: Bytes) =>
            Math.floor(number(...address) / 2 ** (32 - length)) ===
              Math.floor(number(...other) / 2 ** (32 - length)) &&
            !isSpecial(other),
        })),
    );
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 4 }),
        bytes,
        spelling,
        (entries, address, write) => {
          const allow = entries.map(({ text }) => text);
          const expected = entries.some(({ allows }) => allows(address));
          expect(mayDial(allow, write(address), 9092)).toBe(expected);
          expect(mayDial(allow, 'any.name', 9092, address.join('.'))).toBe(
            expected,
          );
          expect(mayDial(allow, write(address), 9093)).toBe(false);
        },
      ),
      { numRuns: 2_000 },
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
    'http://algorithms.example.com:443/nlp',
    'https://127.0.0.1:8080/',
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
    'https://algorithms.example.com/nlp/..;/admin',
    'https://algorithms.example.com/nlp/.;x=1/admin',
    'https://algorithms.example.com/nlp/%2e.;x/admin',
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

  const mayDial = (
    allow: string[],
    host: string,
    port: number,
    address = host,
  ) => {
    const { endpoints } = policyOf([], allow);
    try {
      endpoints.checkHost(host, port);
      endpoints.checkAddress(host, port, address);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(AddressNotAllowedError);
      expect((error as Error).message).toMatch('eventFlows.endpoints.allow');
      return false;
    }
  };

  it('dials an address only below an entry, whatever its spelling', () => {
    fc.assert(
      fc.property(
        bytes,
        fc.option(bytes),
        spelling,
        (address, named, write) => {
          const allow = [
            'http://algorithm.test/nlp/',
            ...(named ? [`http://${named.join('.')}/`] : []),
          ];
          const plain = address.join('.');
          const isNamed = named?.join('.') === plain;
          expect(mayDial(allow, write(address), 80)).toBe(isNamed);
          expect(mayDial(allow, 'algorithm.test', 80, write(address))).toBe(
            isNamed || !isSpecial(address),
          );
          expect(mayDial(allow, write(address), 81)).toBe(false);
          expect(mayDial(allow, 'algorithm.test', 81, plain)).toBe(false);
          expect(mayDial(allow, 'other.test', 80, plain)).toBe(false);
        },
      ),
      { numRuns: 2_000 },
    );
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
    for (const url of [
      'https://b.example.com/nlp',
      'https://a.example.com.evil.org/nlp',
      'https://a.example.com:8443/nlp',
      'http://a.example.com/nlp',
      'http://a.example.com:443/nlp',
    ]) {
      expect(of(url)).toBeUndefined();
    }
    expect(of('https://a.example.com/nlpx')).toBe('all');
    expect(of('https://a.example.com/nlp/../x')).toBe('all');
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
