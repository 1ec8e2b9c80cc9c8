/** What a queue has committed beside a position. */
export interface CommittedMetadata {
  /** Records that it names as done: from the first offset up to, and without, the second. */
  done: Array<[from: number, to: number]>;
  heldUp: Array<{
    offset: number;
    attempts: number;
    firstFailedAtMs: number;
    isBlocked: boolean;
  }>;
}

interface Stored {
  v: number;
  d: string;
  h: Array<[distance: number, attempts: number, at: number, reason?: string]>;
}

const FORMAT = 1;
const RUNS = 0;
const BITS = 1;

/**
 * Reads what the engine commits beside a position (ADR 8). Written a second
 * time on purpose: who judges the engine must not share its mistakes.
 *
 * @throws Error if it is in a format that is not known here
 */
export function readPositionMetadata(
  position: number,
  text: string,
): CommittedMetadata {
  if (text === '') {
    return { done: [], heldUp: [] };
  }
  const stored: Stored = JSON.parse(text);
  const [kind, ...bytes] = Buffer.from(stored.d, 'base64url');
  if (stored.v !== FORMAT || (kind !== RUNS && kind !== BITS)) {
    throw new Error(
      `Beside position ${position} stands something else: ${text}`,
    );
  }
  return {
    done: kind === RUNS ? readRuns(position, bytes) : readBits(position, bytes),
    heldUp: stored.h.map(([distance, attempts, firstFailedAtMs, reason]) => ({
      offset: position + distance,
      attempts,
      firstFailedAtMs,
      isBlocked: reason !== undefined,
    })),
  };
}

/** In turns, how many are not done and how many are, in base 128. */
function readRuns(position: number, bytes: readonly number[]) {
  const lengths: number[] = [];
  let value = 0;
  let unit = 1;
  for (const byte of bytes) {
    value += (byte % 128) * unit;
    unit *= 128;
    if (byte < 128) {
      lengths.push(value);
      value = 0;
      unit = 1;
    }
  }
  const done: CommittedMetadata['done'] = [];
  let end = position;
  for (let at = 0; at < lengths.length; at += 2) {
    const from = end + lengths[at];
    end = from + lengths[at + 1];
    done.push([from, end]);
  }
  return done;
}

/** One bit for each offset, the lowest first. */
function readBits(position: number, bytes: readonly number[]) {
  return bytes.flatMap((byte, index) =>
    Array.from({ length: 8 }, (_, bit) => bit)
      .filter(bit => Math.floor(byte / 2 ** bit) % 2 === 1)
      .map((bit): [number, number] => {
        const offset = position + index * 8 + bit;
        return [offset, offset + 1];
      }),
  );
}
