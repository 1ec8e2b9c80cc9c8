import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { compress as snappy, uncompress as unsnappy } from 'snappyjs';
import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import {
  allowanceOfAnswer,
  DecompressionAllowance,
  MAX_DECOMPRESSED_BYTES,
  toLimitError,
} from '../DecompressionAllowance';

/** What kafkajs asks of a codec. */
interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

/** Stops where the content is larger than it may be. */
type Decompress = (
  compressed: Buffer,
  allowance: DecompressionAllowance,
) => Buffer | Promise<Buffer>;

interface ZlibLimit {
  maxOutputLength: number;
}

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify<Buffer, ZlibLimit, Buffer>(gunzip);
const zstdAsync = promisify<Buffer, Buffer>(zstdCompress);
const unzstdAsync = promisify<Buffer, ZlibLimit, Buffer>(zstdDecompress);

const gzipCodec: Codec = {
  compress: ({ buffer }) => gzipAsync(buffer),
  decompress: bounded((buffer, { left }) =>
    gunzipAsync(buffer, { maxOutputLength: left }),
  ),
};

const zstdCodec: Codec = {
  compress: ({ buffer }) => zstdAsync(buffer),
  decompress: bounded((buffer, { left }) =>
    unzstdAsync(buffer, { maxOutputLength: left }),
  ),
};

const snappyCodec: Codec = {
  compress: async ({ buffer }) => snappy(buffer),
  decompress: bounded((buffer, { left }) => decompressSnappy(buffer, left)),
};

const lz4Codec: Codec = {
  compress: ({ buffer }) => compressFrame(buffer),
  decompress: bounded((buffer, allowance) => {
    allowance.assertLeft(boundOfLz4Frame(buffer));
    return decompressFrame(buffer);
  }),
};

/** Takes what a batch grows to from the allowance of the answer that it came with. */
function bounded(decompress: Decompress): Codec['decompress'] {
  return async compressed => {
    const allowance =
      allowanceOfAnswer.getStore() ?? new DecompressionAllowance();
    const { left } = allowance;
    allowance.assertLeft(0);
    try {
      const content = await decompress(compressed, allowance);
      allowance.take(content.length);
      return content;
    } catch (error) {
      throw toLimitError(error, left);
    }
  };
}

/**
 * Teaches kafkajs every compression that Kafka has. It keeps its codecs for
 * the whole process and stops consuming for good at one that it does not know.
 */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.GZIP] = () => gzipCodec;
  CompressionCodecs[CompressionTypes.Snappy] = () => snappyCodec;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4Codec;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstdCodec;
}

/** Java clients put blocks of snappy into a frame of the xerial library. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const XERIAL_HEADER_BYTES = 16;

export function decompressSnappy(
  buffer: Buffer,
  maxBytes = MAX_DECOMPRESSED_BYTES,
): Buffer {
  if (!buffer.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) {
    return unsnappy(buffer, maxBytes);
  }
  const blocks: Buffer[] = [];
  let total = 0;
  let at = XERIAL_HEADER_BYTES;
  while (at < buffer.length) {
    const length = buffer.readUInt32BE(at);
    const block = buffer.subarray(at + 4, at + 4 + length);
    blocks.push(unsnappy(block, maxBytes - total));
    total += blocks[blocks.length - 1].length;
    at += 4 + length;
  }
  return Buffer.concat(blocks, total);
}

const LZ4_BLOCK_BYTES = [0, 0, 0, 0, 64, 256, 1024, 4096].map(
  kib => kib * 1024,
);

/** The most that the blocks of an LZ4 frame can hold, read from their headers. */
export function boundOfLz4Frame(buffer: Buffer): number {
  const flags = buffer.readUInt8(4);
  const blockBytes = LZ4_BLOCK_BYTES[(buffer.readUInt8(5) >> 4) & 7];
  const checksumBytes = flags & 0x10 ? 4 : 0;
  const contentSizeBytes = flags & 0x08 ? 8 : 0;
  const dictionaryBytes = flags & 0x01 ? 4 : 0;
  let bound = 0;
  let at = 7 + contentSizeBytes + dictionaryBytes;
  while (at + 4 <= buffer.length) {
    const size = buffer.readUInt32LE(at) & 0x7fffffff;
    if (size === 0) {
      break;
    }
    // LZ4 cannot shrink anything by more than 255 to 1.
    bound += Math.min(blockBytes, size * 255);
    at += 4 + size + checksumBytes;
  }
  return bound;
}
