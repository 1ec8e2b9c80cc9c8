import { arithmeticLimit } from '../scenario';
import type { IdleQueues, Results, Row } from './results';
import { peerOf } from './table';

const KIB = 1_024;

/** One thing that was set out to reach. */
export interface Goal {
  what: string;
  /** What has to be reached. */
  target: number;
  actual: number;
  /** Whether more is better, or less. */
  better: 'more' | 'less';
  unit: string;
}

function isMet({ actual, target, better }: Goal): boolean {
  return better === 'more' ? actual >= target : actual <= target;
}

/** How far from its target a goal is that was not met, in percent of the target. */
function missedBy({ actual, target }: Goal): number {
  return target === 0
    ? 100
    : Math.ceil((Math.abs(actual - target) / target) * 100);
}

/** The goals that these results can be held against. */
export function goalsOf(results: Results): Goal[] {
  const { rows, idleQueues, portalP99Ms } = results;
  return [
    ...[0, 10, 100].flatMap(latencyMs => goalsAt(latencyMs, rows)),
    ...orderGoals(rows),
    ...idleQueues.filter(({ queues }) => queues === 1_000).flatMap(idleGoals),
    ...(portalP99Ms === null
      ? []
      : [
          less(
            "p99 of the portal's catalog beside a saturated queue",
            portalP99Ms,
            100,
            'ms',
          ),
        ]),
  ];
}

/**
 * Of 1 KiB and uniform keys; the engine with as many workers as meet the most
 * goals, or come closest. How many is for whoever runs it to choose, but for all
 * goals at once.
 */
function goalsAt(latencyMs: number, rows: Row[]): Goal[] {
  const [best = []] = rows
    .filter(
      row =>
        row.client === 'engine' &&
        row.latencyMs === latencyMs &&
        row.recordBytes === KIB &&
        row.keys === 'uniform',
    )
    .sort((a, b) => rateOf(b) - rateOf(a))
    .map(engine => goalsOfRow(engine, rows))
    .sort((a, b) => unmet(a).length - unmet(b).length || missed(a) - missed(b));
  return best;
}

function goalsOfRow(engine: Row, rows: Row[]): Goal[] {
  const { latencyMs, workers } = engine;
  const where = `${latencyMs} ms, ${workers} ${workers === 1 ? 'worker' : 'workers'}`;
  const goals: Goal[] = [];
  const against = (client: Row['client'], name: string, target: number) => {
    const peer = peerOf(engine, client, rows);
    if (peer) {
      const actual = rateOf(engine) / rateOf(peer);
      goals.push(more(`${where}: rate, ${name}`, actual, target, '×'));
    }
  };
  if (latencyMs === 0) {
    against('camel', 'against Camel', 1.1);
    against('prototype', 'against the bare prototype', 0.8);
  }
  const parallelConsumerTarget = { 0: 1.5, 10: 1.3, 100: 1 }[latencyMs];
  if (parallelConsumerTarget !== undefined) {
    against(
      'parallel-consumer',
      'against Parallel Consumer',
      parallelConsumerTarget,
    );
  }
  const limit = arithmeticLimit(latencyMs);
  if (limit !== undefined) {
    goals.push(
      more(
        `${where}: rate, of concurrency ÷ latency`,
        (rateOf(engine) / limit) * 100,
        latencyMs < 100 ? 80 : 95,
        '%',
      ),
    );
  }
  const peer = peerOf(engine, 'parallel-consumer', rows);
  if (peer) {
    goals.push(
      less(
        `${where}: CPU for a record, against Parallel Consumer`,
        engine.cpuSecondsPer100k / peer.cpuSecondsPer100k,
        0.7,
        '×',
      ),
      less(
        `${where}: RSS, against Parallel Consumer`,
        engine.rssMiB / peer.rssMiB,
        0.5,
        '×',
      ),
    );
  }
  return goals;
}

function unmet(goals: Goal[]): Goal[] {
  return goals.filter(goal => !isMet(goal));
}

/** By how many percent goals are missed together. */
function missed(goals: Goal[]): number {
  return unmet(goals).reduce((total, goal) => total + missedBy(goal), 0);
}

function rateOf(row: Row): number {
  return row.ratePerSecond.median;
}

function orderGoals(rows: Row[]): Goal[] {
  const engines = rows.filter(({ client }) => client === 'engine');
  const violations = engines.reduce(
    (total, row) => total + row.orderViolations,
    0,
  );
  return engines.length > 0
    ? [less('records out of order, in all rows', violations, 0, '')]
    : [];
}

function idleGoals({ rssMiB, cpuCores }: IdleQueues): Goal[] {
  return [
    less('1,000 idle queues: RSS', rssMiB, 400, 'MiB'),
    less('1,000 idle queues: CPU', cpuCores, 0.3, 'cores'),
  ];
}

function more(what: string, actual: number, target: number, unit: string) {
  return { what, actual, target, unit, better: 'more' } as const;
}

function less(what: string, actual: number, target: number, unit: string) {
  return { what, actual, target, unit, better: 'less' } as const;
}

/** One line for each goal, as a Markdown table. */
export function goalsToMarkdown(goals: Goal[]): string {
  return [
    '| goal | wanted | measured | |',
    '| --- | --- | --- | --- |',
    ...goals.map(goal => {
      const { what, target, actual, unit, better } = goal;
      const wanted = `${better === 'more' ? 'at least' : 'at most'} ${format(target)} ${unit}`;
      const verdict = isMet(goal) ? 'met' : `missed by ${missedBy(goal)} %`;
      return `| ${what} | ${wanted.trim()} | ${`${format(actual)} ${unit}`.trim()} | ${verdict} |`;
    }),
  ].join('\n');
}

function format(value: number): string {
  return Number(value.toFixed(2)).toLocaleString('en-US');
}
