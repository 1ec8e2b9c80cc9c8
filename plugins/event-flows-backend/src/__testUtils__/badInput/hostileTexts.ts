import fc from 'fast-check';

/** Chosen at random once, and always the same. */
const RANDOM = fc.sample(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  { seed: 20261126, numRuns: 12 },
);

/** Texts that have broken something somewhere, by what they are. */
export const HOSTILE_TEXTS: ReadonlyMap<string, string> = new Map([
  ['nothing', ''],
  ['a space', ' '],
  ['spaces around', ' a '],
  ['NUL', 'a\u0000b'],
  ['a line break', 'a\r\nx-evil: 1'],
  ['a line separator', 'a\u2028b'],
  ['a next line', 'a\u0085b'],
  ['an escape sequence', '\u001b[31ma'],
  ['a right-to-left override', 'a\u202eb'],
  ['a right-to-left mark', 'a\u200fb'],
  ['a zero-width space', 'a\u200bb'],
  ['a byte order mark', '\ufeffa'],
  ['half a character', 'a\ud800b'],
  ['the other half', '\udc00'],
  ['no character', '\uffff'],
  ['a family', '👩‍👩‍👧'],
  ['stacked accents', `a${'\u0301'.repeat(60)}`],
  ['a letter that grows in lower case', 'İ'.repeat(190)],
  [
    'a reference that grows in lower case',
    `component:default/${'İ'.repeat(180)}`,
  ],
  ['a reference with NUL', 'component:default/a\u0000b'],
  ['a reference of half a character', 'component:default/\ud800'],
  ['a reference to a prototype', 'component:default/__proto__'],
  ['markup', '<script>alert(1)</script>'],
  ['markup in an attribute', '"><img src=x onerror=alert(1)>'],
  ['a path', '../../../../etc/passwd'],
  ['an encoded path', '..%2f..%2fetc%2fpasswd'],
  ['a path of another system', '..\\..\\windows\\win.ini'],
  ['one dot', '.'],
  ['two dots', '..'],
  ['a slash', '/'],
  ['an encoded NUL', '%00'],
  ['SQL', "'; drop table connections; --"],
  ['SQL that is always true', "' or 1=1 --"],
  ['a wildcard', '%'],
  ['another wildcard', '*'],
  ['a question mark', '?'],
  ['a prototype', '__proto__'],
  ['a constructor', 'constructor'],
  ['a method', 'toString'],
  ['a template', '${7*7}{{7*7}}'],
  ['a command', '$(touch /tmp/x)`id`'],
  ['a format', '%s%n%x'],
  ['a JavaScript URL', ['javascript', 'alert(1)'].join(':')],
  ['a file URL', 'file:///etc/passwd'],
  ['an address of metadata', '169.254.169.254:80'],
  ['an address without port', 'kafka.example.com'],
  ['an address with a port too high', 'kafka.example.com:65536'],
  ['an address with a user', 'user:secret@kafka.example.com:9092'],
  ['an IPv6 address', '[::ffff:a9fe:a9fe]:80'],
  ['an IPv6 address that is none', '[:::::]:9092'],
  ['a certificate that is none', '-----BEGIN CERTIFICATE-----\n\u0000'],
  ['a private key that is none', '-----BEGIN PRIVATE KEY-----\n\u0000'],
  ['a number', '1e309'],
  ['a negative number', '-1'],
  ['an offset that is too large', '9999999999999999999'],
  ['a moment long ago', '0000-01-01T00:00:00Z'],
  ['a moment just before the first', '1969-12-31T23:59:59.999Z'],
  ['a moment far away', '9999-12-31T23:59:59.999Z'],
  ['a day that there is not', '2026-02-30T00:00:00Z'],
  ['null as text', 'null'],
  ['undefined as text', 'undefined'],
  ['a topic of Kafka', '__consumer_offsets'],
  ['a name of 250 letters', 'x'.repeat(250)],
  ['a long text', 'x'.repeat(5000)],
  ['a long text of two bytes each', 'ü'.repeat(2500)],
  ...RANDOM.map((text, i): [string, string] => [`random text ${i}`, text]),
]);

/** Longer than any field, and shorter than a body may be. */
export const VERY_LONG_TEXT = 'x'.repeat(400_000);

/** As a segment of a path, byte by byte: also what is no valid text. */
export function percentEncode(text: string): string {
  return text.replace(/[^A-Za-z0-9_.~-]/gsu, character =>
    Array.from(
      /\p{Cs}/u.test(character)
        ? surrogateBytes(character.charCodeAt(0))
        : Buffer.from(character, 'utf8'),
      byte => `%${byte.toString(16).padStart(2, '0')}`,
    ).join(''),
  );
}

/** UTF-8 has no half characters; this is what one would look like. */
function surrogateBytes(code: number): number[] {
  /* eslint-disable no-bitwise */
  return [
    0xe0 | (code >> 12),
    0x80 | ((code >> 6) & 0x3f),
    0x80 | (code & 0x3f),
  ];
  /* eslint-enable no-bitwise */
}
