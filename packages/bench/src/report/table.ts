import type { Row } from './results';

/** How the clients are called in tables and in the plot. */
export const TITLES: Record<Row['client'], string> = {
  handwritten: 'kafkajs eachMessage + fetch',
  camel: 'Apache Camel',
  'parallel-consumer': 'Parallel Consumer',
  prototype: 'Bare prototype',
  engine: 'Event Flows',
};

export function titleOf({
  client,
  workers,
}: Pick<Row, 'client' | 'workers'>): string {
  return workers > 1 ? `${TITLES[client]}, ${workers} workers` : TITLES[client];
}

export function formatBytes(bytes: number): string {
  return bytes >= 1_024 ? `${bytes / 1_024} KiB` : `${bytes} bytes`;
}

/** One Markdown table for each size and key pattern. */
export function toMarkdown(rows: Row[]): string {
  const groups = Map.groupBy(rows, ({ recordBytes, keys }) =>
    [
      formatBytes(recordBytes),
      keys === 'hot' ? 'one hot key with half of the records' : 'uniform keys',
    ].join(', '),
  );
  return [...groups]
    .map(([title, group]) => `### ${title}\n\n${tableOf(group)}`)
    .join('\n\n');
}

function tableOf(rows: Row[]): string {
  return [
    '| endpoint | client | records/s, median (min to max) | against Camel | against Parallel Consumer | CPU s per 100k | RSS MiB | order violations | duplicates |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(row => {
      const { min, median, max } = row.ratePerSecond;
      const cells = [
        `${row.latencyMs} ms`,
        titleOf(row),
        `${count(median)} (${count(min)} to ${count(max)})`,
        ratio(row, peerOf(row, 'camel', rows)),
        ratio(row, peerOf(row, 'parallel-consumer', rows)),
        row.cpuSecondsPer100k.toFixed(1),
        String(row.rssMiB),
        String(row.orderViolations),
        String(row.duplicates),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}

/** The row of another client under the same circumstances. */
export function peerOf(
  row: Row,
  client: Row['client'],
  rows: Row[],
): Row | undefined {
  return rows.find(
    other =>
      other.client === client &&
      other.latencyMs === row.latencyMs &&
      other.recordBytes === row.recordBytes &&
      other.keys === row.keys,
  );
}

function ratio(row: Row, peer: Row | undefined): string {
  return peer && peer.client !== row.client
    ? `${(row.ratePerSecond.median / peer.ratePerSecond.median).toFixed(2)}×`
    : '';
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
