import type { Ordering } from '@event-flows/backstage-plugin-event-flows-common';
import type { RunResult } from './runCase';

/** All runs of a case, as `--json` writes them. */
export interface CaseReport {
  name: string;
  runs: number;
  /** How many of the runs were ordered so. */
  orderings: Partial<Record<Ordering, number>>;
  produced: number;
  delivered: number;
  deadLettered: number;
  /** A person has said that these are not to be delivered. */
  skipped: number;
  loss: number;
  duplicates: number;
  /** The sum of the runs' bounds; each run is held to its own. */
  duplicateBound: number;
  orderViolations: number;
  /** Null where a case has nothing to recover from. */
  recoverySecondsP95: number | null;
  /** The longest hold-up of a backend's event loop. */
  maxStallMs: number;
  pass: boolean;
  /** Why it did not pass. */
  problems: string[];
}

/** Puts the runs of a case together. */
export function summarize(
  name: string,
  runs: readonly RunResult[],
): CaseReport {
  const total = (value: (run: RunResult) => number) =>
    runs.reduce((sum, run) => sum + value(run), 0);
  const problems = runs.flatMap((run, index) =>
    run.problems.map(
      problem => `run ${index + 1}, order by ${run.ordering}: ${problem}`,
    ),
  );
  const orderings: CaseReport['orderings'] = {};
  for (const { ordering } of runs) {
    orderings[ordering] = (orderings[ordering] ?? 0) + 1;
  }
  return {
    name,
    runs: runs.length,
    orderings,
    produced: total(run => run.produced),
    delivered: total(run => run.delivered),
    deadLettered: total(run => run.deadLettered),
    skipped: total(run => run.skipped),
    loss: total(run => run.loss),
    duplicates: total(run => run.duplicates),
    duplicateBound: total(run => run.duplicateBound),
    orderViolations: total(run => run.orderViolations),
    recoverySecondsP95: percentile95(runs.flatMap(run => run.recoverySeconds)),
    maxStallMs: Math.round(Math.max(0, ...runs.map(run => run.maxStallMs))),
    pass: problems.length === 0,
    problems,
  };
}

/** A line for the person who watches. */
export function describeCase(report: CaseReport): string {
  const { name, pass, recoverySecondsP95: recovery, problems } = report;
  const orders = Object.entries(report.orderings)
    .map(([ordering, runs]) => `${ordering} ${runs}`)
    .join(', ');
  const line = [
    `${pass ? '✓' : '✗'} ${name.padEnd(26)}`,
    `runs by order: ${orders}`,
    `produced ${report.produced}`,
    `delivered ${report.delivered}`,
    `dead-lettered ${report.deadLettered}`,
    ...(report.skipped > 0 ? [`skipped ${report.skipped}`] : []),
    `loss ${report.loss}`,
    `duplicates ${report.duplicates} (bound ${report.duplicateBound})`,
    `order violations ${report.orderViolations}`,
    `recovery p95 ${recovery === null ? '–' : `${recovery.toFixed(1)} s`}`,
    `longest stall ${report.maxStallMs} ms`,
  ].join('  ');
  return [line, ...problems.map(problem => `    ${problem}`)].join('\n');
}

/** Nearest rank, to a tenth of a second. */
function percentile95(values: readonly number[]): number | null {
  if (values.length === 0) {
    return null;
  }
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.ceil(sorted.length * 0.95) - 1];
  return Math.round(value * 10) / 10;
}
