import { figuresOf, replaceFigures } from './document';
import { goalsOf, goalsToMarkdown } from './goals';
import { toSvg } from './plot';
import { median, type Results, type Row } from './results';
import { toMarkdown } from './table';

const row = (
  client: Row['client'],
  rate: number,
  change: Partial<Row> = {},
): Row => ({
  client,
  workers: 1,
  latencyMs: 10,
  recordBytes: 1_024,
  keys: 'uniform',
  ratePerSecond: { min: rate - 10, median: rate, max: rate + 10 },
  cpuSecondsPer100k: 4,
  rssMiB: 300,
  orderViolations: 0,
  duplicates: 0,
  ...change,
});

const results = (rows: Row[], change: Partial<Results> = {}): Results => ({
  rows,
  idleQueues: [],
  onePartition: null,
  portalP99Ms: null,
  endpointPerSecond: 100_000,
  machine: {
    cores: 2,
    node: '24.0.0',
    kafka: '4.4.0',
    measuredOn: '2026-11-25',
    loadBefore: 0.1,
  },
  ...change,
});

const verdicts = (of: Results) =>
  Object.fromEntries(
    goalsToMarkdown(goalsOf(of))
      .split('\n')
      .slice(2)
      .map(line => line.split(' | '))
      .map(([what, , , verdict]) => [what.slice(2), verdict.slice(0, -2)]),
  );

describe('goals', () => {
  const peer = row('parallel-consumer', 15_000, {
    cpuSecondsPer100k: 7,
    rssMiB: 900,
  });

  it('are met by the number of workers that meets the most', () => {
    const rows = [
      peer,
      row('engine', 12_000),
      row('engine', 21_000, { workers: 2, cpuSecondsPer100k: 4.8 }),
    ];
    expect(verdicts(results(rows))).toEqual({
      '10 ms, 2 workers: rate, against Parallel Consumer': 'met',
      '10 ms, 2 workers: rate, of concurrency ÷ latency': 'met',
      '10 ms, 2 workers: CPU for a record, against Parallel Consumer': 'met',
      '10 ms, 2 workers: RSS, against Parallel Consumer': 'met',
      'records out of order, in all rows': 'met',
    });
  });

  it('are met by all of the same number of workers, or not', () => {
    const rows = [
      peer,
      row('engine', 20_500),
      row('engine', 21_000, {
        ...{ workers: 2, cpuSecondsPer100k: 6, rssMiB: 600 },
      }),
    ];
    expect(verdicts(results(rows))).toMatchObject({
      '10 ms, 1 worker: rate, against Parallel Consumer': 'met',
      '10 ms, 1 worker: CPU for a record, against Parallel Consumer': 'met',
    });
    const others = rows.map(each =>
      each.workers === 1 && each.client === 'engine'
        ? { ...each, cpuSecondsPer100k: 5, rssMiB: 500 }
        : each,
    );
    // Neither meets more: this one is closer to what it misses.
    expect(verdicts(results(others))).toMatchObject({
      '10 ms, 1 worker: CPU for a record, against Parallel Consumer':
        'missed by 3 %',
    });
  });

  it('say by how much they are missed', () => {
    const rows = [
      peer,
      row('engine', 15_000, {
        cpuSecondsPer100k: 7,
        rssMiB: 900,
        orderViolations: 1,
      }),
    ];
    expect(
      verdicts(
        results(rows, {
          portalP99Ms: 150,
          idleQueues: [
            { queues: 1_000, rssMiB: 401, cpuCores: 0.3, connections: 2_000 },
          ],
        }),
      ),
    ).toEqual({
      '10 ms, 1 worker: rate, against Parallel Consumer': 'missed by 24 %',
      '10 ms, 1 worker: rate, of concurrency ÷ latency': 'missed by 27 %',
      '10 ms, 1 worker: CPU for a record, against Parallel Consumer':
        'missed by 43 %',
      '10 ms, 1 worker: RSS, against Parallel Consumer': 'missed by 100 %',
      'records out of order, in all rows': 'missed by 100 %',
      '1,000 idle queues: RSS': 'missed by 1 %',
      '1,000 idle queues: CPU': 'met',
      "p99 of the portal's catalog beside a saturated queue": 'missed by 50 %',
    });
  });
});

describe('tables', () => {
  it('compare with peers of the same circumstances only', () => {
    const text = toMarkdown([
      row('camel', 500),
      row('engine', 1_000),
      row('engine', 1_000, { keys: 'hot' }),
    ]);
    const lines = text.split('\n').filter(line => line.includes('Event Flows'));
    expect(lines[0]).toContain('| 1,000 (990 to 1,010) | 2.00× |');
    expect(lines[1]).toContain('| 1,000 (990 to 1,010) |  |');
  });

  it('take the middle of an even number of windows', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe('the document', () => {
  const text =
    'before\n<!-- begin of what `./run bench --document` writes -->\nold\n<!-- end of it -->\nafter';

  it('keeps what is around the figures', () => {
    expect(replaceFigures(text, 'new')).toBe(
      'before\n<!-- begin of what `./run bench --document` writes -->\n<!-- prettier-ignore-start -->\n\nnew\n\n<!-- prettier-ignore-end -->\n<!-- end of it -->\nafter',
    );
  });

  it('is refused where it has no place for figures', () => {
    expect(() => replaceFigures('nothing', 'new')).toThrow(
      'There is no place for the figures',
    );
  });

  it('says how busy the machine was', () => {
    expect(figuresOf(results([row('engine', 1)]))).toContain(
      'load average 0.1 when it began',
    );
  });
});

describe('the plot', () => {
  it('draws bars as long as their values', () => {
    const svg = toSvg([row('camel', 500), row('engine', 1_000)]);
    const [camel, engine] = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)];
    expect(Number(engine[1])).toBeCloseTo(Number(camel[1]) * 2, 0);
  });
});
