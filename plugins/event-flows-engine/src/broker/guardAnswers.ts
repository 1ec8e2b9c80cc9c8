import type { Socket } from 'node:net';

/**
 * As long as an answer of a broker may be: a batch that grows to the most that
 * may be decompressed, and everything around it.
 */
export const MAX_ANSWER_BYTES = 160 * 1024 * 1024;

const LENGTH_BYTES = 4;
/** Every answer begins with the number of its request. */
const MIN_ANSWER_BYTES = 4;

/** What comes over a connection cannot be answers of a broker. */
export class BrokenAnswerError extends Error {
  readonly name = 'BrokenAnswerError' as const;
  /** Whether the bytes begin as a record of TLS does. */
  readonly isTls: boolean;

  /** @param length - as which the first four bytes were read */
  constructor(length: number) {
    super(
      `An answer of ${length} bytes was announced, which no broker of Kafka sends`,
    );
    // eslint-disable-next-line no-bitwise
    this.isTls = [0x1403, 0x1503, 0x1603, 0x1703].includes(length >> 16);
  }
}

/** Follows the lengths in a stream of answers, in whatever pieces it comes. */
class AnswerLengths {
  /** Bytes of the current answer that are still to come. */
  #rest = 0;
  /** What has come of the next length. */
  #begun = 0;
  #length = 0;

  /** The first length in the piece that no answer can have. */
  firstWrong(chunk: Buffer): number | undefined {
    let position = 0;
    while (position < chunk.length) {
      if (this.#rest > 0) {
        const taken = Math.min(this.#rest, chunk.length - position);
        this.#rest -= taken;
        position += taken;
        continue;
      }
      // eslint-disable-next-line no-bitwise
      this.#length = (this.#length << 8) | chunk[position];
      position += 1;
      this.#begun += 1;
      if (this.#begun === LENGTH_BYTES) {
        const length = this.#length;
        if (length < MIN_ANSWER_BYTES || length > MAX_ANSWER_BYTES) {
          return length;
        }
        this.#rest = length;
        this.#begun = 0;
        this.#length = 0;
      }
    }
    return undefined;
  }
}

/**
 * Cuts a connection over which an answer is announced that is too long or too
 * short to be one, before anybody else sees it. The client libraries would
 * gather up to 2 GB of the first kind, and throw where nobody catches at the
 * second.
 */
export function guardAnswers(socket: Socket): void {
  const lengths = new AnswerLengths();
  const emit = socket.emit.bind(socket);
  // A listener would hear of the bytes as well as the others, not before them.
  socket.emit = (event: string | symbol, ...args: unknown[]) => {
    const [chunk] = args;
    if (event === 'data' && Buffer.isBuffer(chunk)) {
      const wrong = lengths.firstWrong(chunk);
      if (wrong !== undefined) {
        socket.destroy(new BrokenAnswerError(wrong));
        return true;
      }
    }
    return emit(event, ...args);
  };
}
