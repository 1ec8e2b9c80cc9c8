import { compressFrameSync } from 'lz4-napi';
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import {
  DecompressionLimitError,
  MAX_DECOMPRESSED_BYTES,
} from '../DecompressionAllowance';
import { boundOfLz4Frame, decompressSnappy, registerCodecs } from './codecs';

// That what Java's codecs write can be read is shown against a real broker.
describe('codecs', () => {
  registerCodecs();
  const codecs = {
    gzip: CompressionCodecs[CompressionTypes.GZIP](),
    snappy: CompressionCodecs[CompressionTypes.Snappy](),
    lz4: CompressionCodecs[CompressionTypes.LZ4](),
    zstd: CompressionCodecs[CompressionTypes.ZSTD](),
  };

  it.each(Object.entries(codecs))(
    '%s reads what it wrote',
    async (_, codec) => {
      const buffer = Buffer.from('again and '.repeat(10_000));
      const small: Buffer = await codec.compress({ buffer });
      expect(small.length).toBeLessThan(buffer.length / 10);
      expect(await codec.decompress(small)).toEqual(buffer);
    },
  );

  it.each(Object.entries(codecs))('%s refuses garbage', async (_, codec) => {
    await expect(codec.decompress(Buffer.alloc(64, 0xee))).rejects.toThrow();
  });

  it.each(['gzip', 'lz4', 'zstd'] as const)(
    '%s does not explode',
    async name => {
      const codec = codecs[name];
      const buffer = Buffer.alloc(MAX_DECOMPRESSED_BYTES + 1);
      const bomb: Buffer = await codec.compress({ buffer });
      await expect(codec.decompress(bomb)).rejects.toThrow(
        DecompressionLimitError,
      );
    },
  );

  it('snappy believes no length that is too large', () => {
    const bomb = Buffer.from([0xff, 0xff, 0xff, 0x7f, 0, 0]);
    expect(() => decompressSnappy(bomb)).toThrow(/too big/);
  });

  it('knows a bound for an LZ4 frame that is near what it holds', () => {
    const content = Buffer.from(
      Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 251),
    );
    const bound = boundOfLz4Frame(compressFrameSync(content));
    expect(bound).toBeGreaterThanOrEqual(content.length);
    expect(bound).toBeLessThan(content.length + 5 * 1024 * 1024);
  });
});
