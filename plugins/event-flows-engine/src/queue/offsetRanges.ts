/** Offsets from the first up to, and without, the second. */
export type OffsetRange = readonly [from: bigint, to: bigint];

/** What of some ranges fits into some bytes. */
interface Packed {
  bytes: Uint8Array;
  /** Ranges that are in it as a whole. */
  count: number;
}

const RUNS = 0;
const BITS = 1;

/**
 * Packs ranges into at most so many bytes: as lengths of runs where they are
 * few, as one bit for each offset where they are many. The last ones are left
 * out if they do not fit.
 *
 * @param start - no range begins before it
 * @param ranges - in ascending order, not touching each other
 */
export function packRanges(
  start: bigint,
  ranges: readonly OffsetRange[],
  maxBytes: number,
): Buffer {
  const runs = toRuns(start, ranges, maxBytes - 1);
  const bits =
    runs.count === ranges.length && runs.bytes.length < maxBytes / 2
      ? undefined
      : toBits(start, ranges, maxBytes - 1);
  const areBitsBetter =
    bits !== undefined &&
    (bits.count > runs.count ||
      (bits.count === runs.count && bits.bytes.length < runs.bytes.length));
  return areBitsBetter
    ? Buffer.from([BITS, ...bits.bytes])
    : Buffer.from([RUNS, ...runs.bytes]);
}

/** Unpacks what {@link packRanges} made; anything else gives some ranges or none. */
export function unpackRanges(start: bigint, packed: Buffer): OffsetRange[] {
  const bytes = packed.subarray(1);
  return packed[0] === BITS ? fromBits(start, bytes) : fromRuns(start, bytes);
}

function toRuns(
  start: bigint,
  ranges: readonly OffsetRange[],
  maxBytes: number,
): Packed {
  const bytes: number[] = [];
  let end = start;
  let count = 0;
  for (const [from, to] of ranges) {
    const run = [...varint(from - end), ...varint(to - from)];
    if (bytes.length + run.length > maxBytes) {
      break;
    }
    bytes.push(...run);
    end = to;
    count += 1;
  }
  return { bytes: Uint8Array.from(bytes), count };
}

function fromRuns(start: bigint, bytes: Uint8Array): OffsetRange[] {
  const ranges: OffsetRange[] = [];
  let end = start;
  let at = 0;
  const next = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(bytes[at] ?? 0);
      at += 1;
      value |= (byte & 0x7fn) << shift;
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

function toBits(
  start: bigint,
  ranges: readonly OffsetRange[],
  maxBytes: number,
): Packed {
  const limit = start + BigInt(maxBytes * 8);
  const fitting = ranges.filter(([, to]) => to <= limit);
  const end = fitting.at(-1)?.[1] ?? start;
  const bytes = new Uint8Array(Math.ceil(Number(end - start) / 8));
  for (const [from, to] of fitting) {
    for (let bit = Number(from - start); bit < Number(to - start); bit += 1) {
      bytes[Math.floor(bit / 8)] |= 2 ** (bit % 8);
    }
  }
  return { bytes, count: fitting.length };
}

function fromBits(start: bigint, bytes: Uint8Array): OffsetRange[] {
  const ranges: OffsetRange[] = [];
  let from: number | undefined;
  for (let bit = 0; bit <= bytes.length * 8; bit += 1) {
    const isSet = ((bytes[Math.floor(bit / 8)] ?? 0) & (2 ** (bit % 8))) !== 0;
    if (isSet) {
      from ??= bit;
    } else if (from !== undefined) {
      ranges.push([start + BigInt(from), start + BigInt(bit)]);
      from = undefined;
    }
  }
  return ranges;
}
