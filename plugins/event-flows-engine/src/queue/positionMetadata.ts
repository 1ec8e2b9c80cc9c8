import { packRanges, unpackRanges, type OffsetRange } from './offsetRanges';
import { LAST_MS } from './words';

/** Why a record's lane waits for a person, and what it was tried with last. */
export interface BlockedState {
  because: string;
  /** Of the last answer; undefined: there was none. */
  status: number | undefined;
  versionRef: string;
}

/** A record that could not be delivered yet, as whoever has its partition next has to know it. */
export interface HeldUpState {
  offset: bigint;
  /** Attempts that counted and failed. */
  attempts: number;
  firstFailedAtMs: number;
  /** Undefined: it is tried again by itself. */
  blocked: BlockedState | undefined;
}

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
/** Far more than a queue can be set to. */
const MAX_ATTEMPTS = 1_000_000;
const FORMAT = 1;

type StoredHeldUp = [
  distance: number,
  attempts: number,
  firstFailedAtMs: number,
  ...blocked: [] | [because: string, status: number | null, versionRef: string],
];

interface Stored {
  v: typeof FORMAT;
  r: number;
  /** What is done, packed, in base64url. */
  d: string;
  h: StoredHeldUp[];
}

/**
 * As text to commit beside a position. What lies before it is left out, and so
 * is what does not fit: records that were done may then be repeated, and
 * attempts be counted anew.
 */
export function encodePositionMetadata(
  position: bigint,
  { revision, done, ...known }: PositionMetadata,
): string {
  // What lies before was compacted away, or somebody else has moved the position.
  const heldUp = known.heldUp.filter(({ offset }) => offset >= position);
  if (done.length === 0 && heldUp.length === 0) {
    return '';
  }
  const stored: Stored = {
    v: FORMAT,
    r: revision,
    d: packRanges(position, done, MAX_DONE_BYTES).toString('base64url'),
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
        done: unpackRanges(position, Buffer.from(stored.d, 'base64url')),
        heldUp: stored.h.map(item => fromStored(position, item)),
      }
    : undefined;
}

function toStored(
  position: bigint,
  { offset, attempts, firstFailedAtMs, blocked }: HeldUpState,
): StoredHeldUp {
  const distance = Number(offset - position);
  if (!blocked) {
    return [distance, attempts, firstFailedAtMs];
  }
  const { because, status = null, versionRef } = blocked;
  return [
    ...([distance, attempts, firstFailedAtMs] as const),
    ...([shorten(because), status, versionRef] as const),
  ];
}

function fromStored(position: bigint, stored: StoredHeldUp): HeldUpState {
  const [distance, attempts, firstFailedAtMs, because, status, versionRef] =
    stored;
  return {
    offset: position + BigInt(distance),
    attempts,
    firstFailedAtMs,
    blocked:
      because === undefined || versionRef === undefined
        ? undefined
        : { because, status: status ?? undefined, versionRef },
  };
}

function shorten(reason: string): string {
  return reason.length <= MAX_REASON_LENGTH
    ? reason
    : `${reason.slice(0, MAX_REASON_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
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

/** Anybody who may commit for the group can write this. */
function isStoredHeldUp(value: unknown): value is StoredHeldUp {
  return (
    Array.isArray(value) &&
    isCount(value[0], Number.MAX_SAFE_INTEGER) &&
    isCount(value[1], MAX_ATTEMPTS) &&
    isCount(value[2], LAST_MS) &&
    (value.length === 3 || (value.length === 6 && isBlocked(value.slice(3))))
  );
}

function isCount(value: unknown, atMost: number): boolean {
  return (
    Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= atMost
  );
}

function isBlocked([because, status, versionRef]: unknown[]): boolean {
  return (
    typeof because === 'string' &&
    (status === null || Number.isSafeInteger(status)) &&
    typeof versionRef === 'string'
  );
}
