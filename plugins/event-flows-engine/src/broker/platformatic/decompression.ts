import { decompressFrameSync } from 'lz4-napi';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  boundOfLz4Frame,
  DecompressionLimitError,
  decompressSnappy,
  MAX_DECOMPRESSED_BYTES,
} from '../kafka/codecs';
import type { Library } from './library';

type Decompress = Library['compressionsAlgorithms']['gzip']['decompressSync'];

const limit = { maxOutputLength: MAX_DECOMPRESSED_BYTES };

const decompressors: Record<
  'gzip' | 'snappy' | 'lz4' | 'zstd',
  (compressed: Buffer) => Buffer
> = {
  gzip: compressed => gunzipSync(compressed, limit),
  snappy: decompressSnappy,
  lz4: decompressLz4,
  zstd: compressed => zstdDecompressSync(compressed, limit),
};

/**
 * Lets no batch grow beyond a bound. The library has none; it keeps its codecs
 * for the whole process in a table that it exports.
 */
export function boundDecompression({
  compressionsAlgorithms,
}: Pick<Library, 'compressionsAlgorithms'>): void {
  const { gzip, snappy, lz4, zstd } = compressionsAlgorithms;
  for (const [name, algorithm] of Object.entries({ gzip, snappy, lz4, zstd })) {
    const decompress = decompressors[name as keyof typeof decompressors];
    const decompressSync: Decompress = data =>
      decompress(Buffer.isBuffer(data) ? data : data.buffer);
    Object.assign(algorithm, { decompressSync });
  }
}

function decompressLz4(compressed: Buffer): Buffer {
  const bound = boundOfLz4Frame(compressed);
  if (bound > MAX_DECOMPRESSED_BYTES) {
    throw new DecompressionLimitError(
      `A compressed batch would grow to ${bound} bytes; the limit is ${MAX_DECOMPRESSED_BYTES}`,
    );
  }
  return decompressFrameSync(compressed);
}
