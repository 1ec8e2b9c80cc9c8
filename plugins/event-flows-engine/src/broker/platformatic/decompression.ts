import { decompressFrameSync } from 'lz4-napi';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  DecompressionAllowance,
  toLimitError,
} from '../DecompressionAllowance';
import { boundOfLz4Frame, decompressSnappy } from '../kafka/codecs';
import type { Library } from './library';

type Decompress = Library['compressionsAlgorithms']['gzip']['decompressSync'];

const decompressors: Record<
  'gzip' | 'snappy' | 'lz4' | 'zstd',
  (compressed: Buffer, allowance: DecompressionAllowance) => Buffer
> = {
  gzip: (compressed, { left }) =>
    gunzipSync(compressed, { maxOutputLength: left }),
  snappy: (compressed, { left }) => decompressSnappy(compressed, left),
  lz4: (compressed, allowance) => {
    allowance.assertLeft(boundOfLz4Frame(compressed));
    return decompressFrameSync(compressed);
  },
  zstd: (compressed, { left }) =>
    zstdDecompressSync(compressed, { maxOutputLength: left }),
};

/**
 * Lets no batch grow beyond a bound, nor those of an answer together. The
 * library has no bound; it keeps its codecs for the whole process in a table
 * that it exports.
 */
export function boundDecompression({
  compressionsAlgorithms,
}: Pick<Library, 'compressionsAlgorithms'>): void {
  const { gzip, snappy, lz4, zstd } = compressionsAlgorithms;
  for (const [name, algorithm] of Object.entries({ gzip, snappy, lz4, zstd })) {
    const decompress = decompressors[name as keyof typeof decompressors];
    const decompressSync: Decompress = data => {
      const allowance = allowanceOfTurn();
      const { left } = allowance;
      allowance.assertLeft(0);
      try {
        const content = decompress(
          Buffer.isBuffer(data) ? data : data.buffer,
          allowance,
        );
        allowance.take(content.length);
        return content;
      } catch (error) {
        throw toLimitError(error, left);
      }
    };
    Object.assign(algorithm, { decompressSync });
  }
}

let current: DecompressionAllowance | undefined;

/** The library decodes an answer in one go, so what comes in one go is of one answer. */
function allowanceOfTurn(): DecompressionAllowance {
  if (!current) {
    current = new DecompressionAllowance();
    queueMicrotask(() => {
      current = undefined;
    });
  }
  return current;
}
