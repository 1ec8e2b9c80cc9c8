import { gzipSync } from 'node:zlib';

function numbers(...fields: Array<[bytes: 1 | 2 | 4 | 8, value: number]>) {
  return Buffer.concat(
    fields.map(([bytes, value]) => {
      const field = Buffer.alloc(8);
      field.writeBigInt64BE(BigInt(value));
      return field.subarray(8 - bytes);
    }),
  );
}

function varInt(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value < 0 ? -2 * value - 1 : value * 2;
  for (; rest > 127; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) + 128);
  }
  return Buffer.from([...bytes, rest]);
}

function record(offsetDelta: number, value: Buffer): Buffer {
  const body = Buffer.concat([
    ...[Buffer.from([0, 0]), varInt(offsetDelta), varInt(-1)],
    ...[varInt(value.length), value, varInt(0)],
  ]);
  return Buffer.concat([varInt(body.length), body]);
}

/** A batch as a broker keeps it. */
export function batchOf(
  firstOffset: number,
  values: readonly Buffer[],
  { gzip = true, count = values.length } = {},
): Buffer {
  const plain = Buffer.concat(values.map((value, at) => record(at, value)));
  const records = gzip ? gzipSync(plain) : plain;
  const codec = gzip ? 1 : 0;
  const body = Buffer.concat([
    numbers([4, 0], [1, 2], [4, 0], [2, codec], [4, values.length - 1]),
    numbers([8, 1_000], [8, 2_000], [8, -1], [2, -1], [4, -1], [4, count]),
    records,
  ]);
  return Buffer.concat([numbers([8, firstOffset], [4, body.length]), body]);
}

/** What a broker answers to a read of so many partitions of the topic `t`. */
export function fetchAnswer(
  version: number,
  partitions: readonly Buffer[],
): Buffer {
  return Buffer.concat([
    numbers([4, 7]),
    version < 7 ? Buffer.alloc(0) : numbers([2, 0], [4, 0]),
    ...[numbers([4, 1], [2, 1]), Buffer.from('t')],
    numbers([4, partitions.length]),
    ...partitions.flatMap((records, partition) => [
      numbers([4, partition], [2, 0], [8, 100], [8, 100]),
      version < 5 ? Buffer.alloc(0) : numbers([8, 0]),
      numbers([4, 1], [8, 5], [8, 6]),
      version < 11 ? Buffer.alloc(0) : numbers([4, -1]),
      numbers([4, records.length]),
      records,
    ]),
  ]);
}
