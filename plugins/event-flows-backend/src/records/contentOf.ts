import { isUtf8 } from 'node:buffer';
import type {
  Content,
  TopicRecord,
  VersionTrial,
} from '@event-flows/backstage-plugin-event-flows-common';
import type {
  DeliveryTrial,
  Excerpt,
  TopicRecord as EngineRecord,
} from '@event-flows/engine';

/** The last millisecond that JavaScript, and so ISO 8601 here, can write. */
const MAX_TIMESTAMP = 8_640_000_000_000_000;

/** Bytes as JSON: text where they are text. */
export function contentOf({ bytes, size }: Excerpt): Content {
  const shown = Buffer.from(bytes);
  const text = wholeCharacters(shown, shown.length < size);
  return isUtf8(text)
    ? { size, encoding: 'utf8', data: text.toString('utf8') }
    : { size, encoding: 'base64', data: shown.toString('base64') };
}

/** A record as the API shows it. */
export function toTopicRecord(record: EngineRecord): TopicRecord {
  const { partition, offset, timestamp, key, value } = record;
  return {
    partition,
    offset,
    ...timestampOf(timestamp),
    key: key && contentOf(key),
    value: value && contentOf(value),
    headers: record.headers.map(({ name, value: bytes }) => ({
      ...{ name, value: contentOf(bytes) },
    })),
    headersLeftOut: record.headersLeftOut,
  };
}

/** A record's own time, where it can be told. */
export function timestampOf(timestamp: number | undefined): {
  timestamp?: string;
} {
  return timestamp !== undefined && timestamp <= MAX_TIMESTAMP
    ? { timestamp: new Date(timestamp).toISOString() }
    : {};
}

/** What came of a trial, as the API shows it. */
export function toVersionTrial(
  versionRef: string,
  { answer, ...trial }: DeliveryTrial,
): VersionTrial {
  return {
    versionRef,
    ...trial,
    ...(answer && { answer: contentOf(answer) }),
  };
}

/** Without the character that the cut went through. */
function wholeCharacters(bytes: Buffer, isCut: boolean): Buffer {
  const begin = bytes.findLastIndex(byte => (byte & 0xc0) !== 0x80);
  const isWhole = bytes.length - begin >= lengthOf(bytes[begin] ?? 0);
  return isCut && !isWhole ? bytes.subarray(0, begin) : bytes;
}

/** Bytes of the character in UTF-8 that begins with this one. */
function lengthOf(first: number): number {
  if (first < 0xc0) {
    return 1;
  }
  if (first < 0xe0) {
    return 2;
  }
  return first < 0xf0 ? 3 : 4;
}
