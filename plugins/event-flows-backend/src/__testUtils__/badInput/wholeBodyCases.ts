import { gzipSync } from 'node:zlib';
import type { BadInput } from './BadInput';

/** A body as it goes over the wire. */
export type RawBody = Pick<
  BadInput,
  'name' | 'headers' | 'body' | 'mustBeRefused' | 'fields'
>;

const JSON_TYPE = 'application/json';

/** A few kilobytes that become fifty megabytes. */
const PACKED = gzipSync(Buffer.alloc(50_000_000));

/** Bodies that are wrong as a whole: what they are, how long, how written. */
export function wholeBodyCases(valid: object): RawBody[] {
  const text = JSON.stringify(valid);
  const wrong = [
    ...otherJson(text),
    ...noJson(text),
    ...deepAndHuge(text),
    ...otherEncodings(text),
  ];
  return [
    ...wrong.map(body => ({
      ...body,
      fields: ['body', ' not known', ...Object.keys(valid)],
    })),
    ...otherTypes(text),
  ];
}

function raw(
  name: string,
  body: RawBody['body'],
  headers: Record<string, string> = { 'content-type': JSON_TYPE },
): RawBody {
  return { name, body, headers, mustBeRefused: true, fields: [JSON_TYPE] };
}

/** The same as the valid one to whoever reads it rightly. */
function legitimate(...args: Parameters<typeof raw>): RawBody {
  return { ...raw(...args), mustBeRefused: false };
}

function otherJson(text: string): RawBody[] {
  return [
    raw('no body at all', undefined, {}),
    raw('no body, but a type', undefined),
    ...['', ' ', 'null', 'true', '0', '17', '""', '"text"', '[]', '{}'].map(
      body => raw(`the body ${body || 'empty'}`, body),
    ),
    raw('the body in a list', `[${text}]`),
    raw('the body twice in a list', `[${text},${text}]`),
    raw('the body as text in JSON', JSON.stringify(text)),
    raw('the body in an object', `{"body":${text}}`),
    legitimate(
      'a field twice, the last one right',
      text.replace(/^\{("\w+":)/, '{$1null,$1'),
    ),
    raw(
      'a field twice, the last one wrong',
      text.replace(/^\{("\w+":)(.*)\}$/s, '{$1$2,$1null}'),
    ),
    legitimate('spaces all around', ` \n\t${text}\r\n `),
  ];
}

function noJson(text: string): RawBody[] {
  return [
    raw('half of the body', text.slice(0, text.length / 2)),
    raw('the body twice', text + text),
    raw('a comma at the end', text.replace(/\}$/, ',}')),
    raw('a comment', `/* hello */${text}`),
    raw('single quotes', text.replaceAll('"', "'")),
    raw('no quotes', text.replaceAll('"', '')),
    raw('no number', text.replace(/:/, ':NaN,"a":')),
    raw('undefined', 'undefined'),
    raw('NUL in front', `\u0000${text}`),
    raw('NUL in a text', text.replace(/"(\w)/, '"$1\u0000')),
    raw('XML', '<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd">'),
    raw('YAML', '--- !!js/function a'),
  ];
}

function deepAndHuge(text: string): RawBody[] {
  const nested = '['.repeat(5000) + ']'.repeat(5000);
  const withField = (value: string) => text.replace(/^\{/, `{"deep":${value},`);
  return [
    raw('lists in lists without end', '['.repeat(100_000)),
    raw('lists in lists', '['.repeat(100_000) + ']'.repeat(100_000)),
    raw('objects in objects without end', '{"a":'.repeat(50_000)),
    raw(
      'objects in objects',
      `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
    ),
    raw('a deep field', withField(nested)),
    raw(
      'many fields',
      JSON.stringify(
        Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [i, i])),
      ),
    ),
    raw('a huge field', withField(JSON.stringify('x'.repeat(600_000)))),
    raw('a huge list', JSON.stringify(Array(200_000).fill(0))),
    raw('huge, and no JSON', 'x'.repeat(2_000_000)),
  ];
}

function otherTypes(text: string): RawBody[] {
  return [
    ...[
      'text/plain',
      'text/html',
      'text/json',
      'application/xml',
      'application/octet-stream',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
      'application',
      ';',
      '*/*',
    ].map(type => raw(`the type ${type}`, text, { 'content-type': type })),
    raw('no type', text, {}),
    raw('a form', 'name=one&type=kafka&state=disabled&revision=1', {
      'content-type': 'application/x-www-form-urlencoded',
    }),
    raw(
      'a form of parts',
      '--x\r\ncontent-disposition: form-data; name="name"\r\n\r\none\r\n--x--',
      { 'content-type': 'multipart/form-data; boundary=x' },
    ),
    legitimate('the type in capitals', text, {
      'content-type': 'APPLICATION/JSON',
    }),
  ];
}

function otherEncodings(text: string): RawBody[] {
  const type = (charset: string) => ({
    'content-type': `${JSON_TYPE}; charset=${charset}`,
  });
  const encoded = (encoding: string) => ({
    'content-type': JSON_TYPE,
    'content-encoding': encoding,
  });
  return [
    legitimate('UTF-16', Buffer.from(text, 'utf16le'), type('utf-16')),
    raw('UTF-16 that is said to be UTF-8', Buffer.from(text, 'utf16le')),
    raw('latin 1', Buffer.from(text, 'latin1'), type('iso-8859-1')),
    raw('a character set that there is not', text, type('klingon')),
    raw(
      'bytes that are no text',
      Buffer.concat([Buffer.from([0xff, 0xfe, 0x80]), Buffer.from(text)]),
    ),
    legitimate('packed', gzipSync(text), encoded('gzip')),
    raw('packed, and cut', gzipSync(text).subarray(0, 20), encoded('gzip')),
    raw('not packed as it says', text, encoded('gzip')),
    raw('packed in a way that there is not', text, encoded('nonsense')),
    raw('packed and huge', PACKED, encoded('gzip')),
  ];
}
