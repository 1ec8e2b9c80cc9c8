/** A record that could not be delivered yet, as whoever has its partition next has to know it. */
export interface HeldUpState {
  offset: bigint;
  /** Attempts that counted and failed. */
  attempts: number;
  firstFailedAtMs: number;
  /** Why its lane waits for a person; undefined: it is tried again by itself. */
  blockedBecause: string | undefined;
}

/** Offsets from the first up to, and without, the second. */
export type OffsetRange = readonly [from: bigint, to: bigint];

/** What is known of the records from a partition's position on. */
export interface PositionMetadata {
  /** Of the queue, as it was then: whoever changes it wants all to be tried anew. */
  revision: number;
  /** Whatever lies in these ranges is done. They go up and do not touch. */
  done: readonly OffsetRange[];
  /** In the order of their offsets. */
  heldUp: readonly HeldUpState[];
}

/** Kafka takes 4,096 bytes beside a committed position (`offset.metadata.max.bytes`). */
export const MAX_METADATA_BYTES = 4_000;
const MAX_DONE_BYTES = 1_800;
const MAX_REASON_LENGTH = 160;
const FORMAT = 1;

type StoredHeldUp = [
  distance: number,
  attempts: number,
  firstFailedAtMs: number,
  blockedBecause?: string,
];

interface Stored {
  v: typeof FORMAT;
  r: number;
  /** Lengths in turn: of what is not done, of what is done. */
  d: string;
  h: StoredHeldUp[];
}

/**
 * As text to commit beside a position. What does not fit is left out: records
 * that were done may then be repeated, and attempts be counted anew.
 */
export function encodePositionMetadata(
  position: bigint,
  { revision, done, heldUp }: PositionMetadata,
): string {
  if (done.length === 0 && heldUp.length === 0) {
    return '';
  }
  const stored: Stored = {
    v: FORMAT,
    r: revision,
    d: encodeRanges(position, done),
    h: [],
  };
  let room = MAX_METADATA_BYTES - JSON.stringify(stored).length;
  for (const state of heldUp) {
    const item = toStored(position, state);
    room -= Buffer.byteLength(JSON.stringify(item)) + 1;
    if (room < 0) {
      break;
    }
    stored.h.push(item);
  }
  return JSON.stringify(stored);
}

/** Undefined: the text is not ours, or there is none. */
export function decodePositionMetadata(
  position: bigint,
  text: string,
): PositionMetadata | undefined {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isStored(stored)
    ? {
        revision: stored.r,
        done: decodeRanges(position, stored.d),
        heldUp: stored.h.map(item => fromStored(position, item)),
      }
    : undefined;
}

function toStored(
  position: bigint,
  { offset, attempts, firstFailedAtMs, blockedBecause }: HeldUpState,
): StoredHeldUp {
  const distance = Number(offset - position);
  return blockedBecause === undefined
    ? [distance, attempts, firstFailedAtMs]
    : [distance, attempts, firstFailedAtMs, shorten(blockedBecause)];
}

function fromStored(
  position: bigint,
  [distance, attempts, firstFailedAtMs, blockedBecause]: StoredHeldUp,
): HeldUpState {
  return {
    offset: position + BigInt(distance),
    attempts,
    firstFailedAtMs,
    blockedBecause,
  };
}

function shorten(reason: string): string {
  return reason.length <= MAX_REASON_LENGTH
    ? reason
    : `${reason.slice(0, MAX_REASON_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function encodeRanges(position: bigint, ranges: readonly OffsetRange[]) {
  const bytes: number[] = [];
  let end = position;
  for (const [from, to] of ranges) {
    const range = [...varint(from - end), ...varint(to - from)];
    if (bytes.length + range.length > MAX_DONE_BYTES) {
      break;
    }
    bytes.push(...range);
    end = to;
  }
  return Buffer.from(bytes).toString('base64url');
}

function decodeRanges(position: bigint, text: string): OffsetRange[] {
  const bytes = Buffer.from(text, 'base64url');
  const ranges: OffsetRange[] = [];
  let end = position;
  let at = 0;
  const next = () => {
    let value = 0n;
    let shift = 0n;
    for (;;) {
      const byte = BigInt(bytes[at] ?? 0);
      at += 1;
      value |= (byte & 0x7fn) << shift;
      shift += 7n;
      if (byte < 0x80n) {
        return value;
      }
    }
  };
  while (at < bytes.length) {
    const from = end + next();
    end = from + next();
    ranges.push([from, end]);
  }
  return ranges;
}

/** Base 128, least significant group first. */
function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

function isStored(value: unknown): value is Stored {
  return (
    typeof value === 'object' &&
    value !== null &&
    'v' in value &&
    value.v === FORMAT &&
    'r' in value &&
    Number.isSafeInteger(value.r) &&
    'd' in value &&
    typeof value.d === 'string' &&
    'h' in value &&
    Array.isArray(value.h) &&
    value.h.every(isStoredHeldUp)
  );
}

function isStoredHeldUp(value: unknown): value is StoredHeldUp {
  return (
    Array.isArray(value) &&
    value.slice(0, 3).every(part => Number.isSafeInteger(part)) &&
    value.length >= 3 &&
    (value.length === 3 || typeof value[3] === 'string')
  );
}
