import type { BrokerRecord } from '../broker/BrokerDriver';

/**
 * Gives a record that is kept for long bytes of its own. They are part of all
 * that one read brought, which would be kept with them: a megabyte, or what a
 * batch grew to, for the sake of a few bytes.
 */
export function detachRecord(record: BrokerRecord): void {
  const parts = [
    ...[record.key, record.value].filter(part => part !== null),
    ...record.headers.map(([, value]) => value),
  ];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (parts.every(part => part.buffer.byteLength <= length)) {
    return;
  }
  // Not of the pool of small buffers, which would be kept as well.
  const own = Buffer.allocUnsafeSlow(length);
  let end = 0;
  const copyOf = (part: Buffer) => {
    const start = end;
    end += part.copy(own, start);
    return own.subarray(start, end);
  };
  record.key = record.key && copyOf(record.key);
  record.value = record.value && copyOf(record.value);
  record.headers = record.headers.map(
    ([name, value]) => [name, copyOf(value)] as const,
  );
}
