import type { BrokerRecord } from '../broker/BrokerDriver';
import type { Excerpt, TopicRecord } from '../types';

/** Bytes that are shown of a value, and of an answer. */
export const MAX_BODY_BYTES = 16 * 1024;
/** Bytes that are shown of a key, and of a header's value. */
const MAX_TEXT_BYTES = 1024;
/** Characters that are shown of a header's name. */
const MAX_NAME_LENGTH = 256;
const MAX_HEADERS = 100;

/** The beginning of what may be long. */
export function excerptOf(whole: Buffer, limit: number): Excerpt {
  // A copy: the buffer is a part of all that was read.
  return {
    bytes: Uint8Array.from(whole.subarray(0, limit)),
    size: whole.length,
  };
}

/** A record as people look at it. */
export function toTopicRecord(record: BrokerRecord): TopicRecord {
  const { partition, offset, timestamp, key, value, headers } = record;
  return {
    partition,
    offset: String(offset),
    ...(timestamp >= 0 && { timestamp }),
    key: key && excerptOf(key, MAX_TEXT_BYTES),
    value: value && excerptOf(value, MAX_BODY_BYTES),
    headers: headers.slice(0, MAX_HEADERS).map(([name, bytes]) => ({
      name: name.slice(0, MAX_NAME_LENGTH),
      value: excerptOf(bytes, MAX_TEXT_BYTES),
    })),
    headersLeftOut: Math.max(0, headers.length - MAX_HEADERS),
  };
}
