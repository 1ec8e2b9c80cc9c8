import { detachRecord } from './detachRecord';

describe('detachRecord', () => {
  const read = Buffer.alloc(100_000, 'read');
  const at = (start: number, length: number) =>
    read.subarray(start, start + length);

  it('leaves a record as it is, with bytes of its own', () => {
    const headers = [['name', at(8, 4)] as const, ['', at(0, 0)] as const];
    const place = { partition: 1, offset: 2n, timestamp: 3 };
    const record = { ...place, key: at(0, 4), value: at(4, 100), headers };
    const before = { ...record };
    detachRecord(record);
    expect(record).toEqual(before);
    expect(record.key.buffer.byteLength).toBe(108);
    const { value } = record;
    detachRecord(record);
    expect(record.value).toBe(value);
  });

  it('knows records without any', () => {
    const place = { partition: 1, offset: 2n, timestamp: 3 };
    const record = { ...place, key: null, value: null, headers: [] };
    detachRecord(record);
    expect(record).toEqual({ ...place, key: null, value: null, headers: [] });
  });
});
