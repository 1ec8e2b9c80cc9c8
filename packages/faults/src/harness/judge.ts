import type { Ordering } from '@event-flows/backstage-plugin-event-flows-common';
import { isDone, type Ledger, type RecordHistory } from './Ledger';
import { countCommittedTooFar } from './judgeCommits';

/**
 * Milliseconds between two commits of a position (1 s), and as many for the one
 * that was under way: it waits for a fetch that is being answered.
 */
const COMMIT_WINDOW_MS = 2_000;

/** Something that was done to the system, and when. */
export interface Happening {
  /** After a clean one nothing may be repeated. */
  kind: 'clean' | 'ungraceful';
  /** From its beginning to its end, in milliseconds since the epoch. */
  from: number;
  to: number;
  /** The moment from which the system could recover. */
  recoversFrom: number;
  /** Partitions that waited for a person then, and could not. */
  blocked: ReadonlySet<number>;
  /** Requests that all affected backends together may have had under way. */
  underWay: number;
}

/** What a run comes to. */
export interface Verdict {
  produced: number;
  delivered: number;
  deadLettered: number;
  /** A person has said that these are not to be delivered. */
  skipped: number;
  loss: number;
  duplicates: number;
  duplicateBound: number;
  orderViolations: number;
  /** Of each happening after which records were produced. */
  recoverySeconds: number[];
  /** Samples of what was committed that name a record as done that was not. */
  committedTooFar: number;
  /** What happened when, and some of the records that are lost or were repeated, for whoever looks for the cause. */
  examples: string[];
}

/** Judges a run by what was written down, at its end. */
export function judge(
  ledger: Ledger,
  happenings: readonly Happening[],
  ordering: Ordering,
): Verdict {
  const all = [...ledger.records.values()];
  const acknowledged = ledger.acknowledged();
  const times = sum(all, each => each.deliveries + each.deadLetters);
  const distinct = all.filter(each => each.deliveries + each.deadLetters > 0);
  const partitions = [...ledger.byPartition().values()];
  return {
    produced: acknowledged.length,
    delivered: all.filter(({ deliveries }) => deliveries > 0).length,
    deadLettered: all.filter(({ deadLetters }) => deadLetters > 0).length,
    skipped: all.filter(({ skipped }) => skipped).length,
    loss: acknowledged.filter(record => !isDone(record)).length,
    duplicates: times - distinct.length,
    duplicateBound: sum(happenings, each => duplicateBound(each, all)),
    orderViolations: sum(ledger.lanes(ordering), countOrderViolations),
    recoverySeconds: happenings
      .map(happening => recoverySeconds(happening, partitions))
      .filter(seconds => seconds !== undefined),
    committedTooFar: countCommittedTooFar(ledger),
    examples: [
      ...happenings.map(
        ({ kind, from, to }) => `${kind}, ${time(from)} to ${time(to)}`,
      ),
      ...acknowledged
        .filter(each => !isDone(each) || each.deliveries + each.deadLetters > 1)
        .slice(0, 5)
        .map(describeRecord),
    ],
  };
}

/**
 * What an ungraceful happening may repeat: requests under way, and records
 * done since the last commit, while it lasted.
 */
function duplicateBound(
  { kind, from, to, underWay }: Happening,
  all: readonly RecordHistory[],
): number {
  if (kind === 'clean') {
    return 0;
  }
  const since = from - COMMIT_WINDOW_MS;
  const done = all.filter(
    ({ delivered }) => delivered && delivered.at >= since && delivered.at <= to,
  );
  return underWay + done.length;
}

/** A record was begun before one with a lower offset was done. */
function countOrderViolations(lane: readonly RecordHistory[]): number {
  let violations = 0;
  let earliestBegin = Infinity;
  for (const record of [...lane].reverse()) {
    const done = record.delivered ?? record.refused;
    if (done && done.index > earliestBegin) {
      violations += 1;
    }
    earliestBegin = Math.min(earliestBegin, record.began ?? Infinity);
  }
  return violations;
}

/** Until every partition has delivered a record that was produced after the moment. */
function recoverySeconds(
  { recoversFrom: moment, blocked }: Happening,
  partitions: readonly RecordHistory[][],
): number | undefined {
  const perPartition = partitions.map(records => {
    // Whichever is the first to arrive: others may wait for their own lane.
    const times = records
      .filter(
        ({ partition, acknowledged }) =>
          acknowledged && acknowledged.at > moment && !blocked.has(partition),
      )
      .flatMap(({ delivered }) => delivered?.at ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  });
  const known = perPartition.filter(at => at !== undefined);
  return known.length === 0 ? undefined : (Math.max(...known) - moment) / 1000;
}

function time(at: number | undefined): string {
  return at === undefined ? 'never' : new Date(at).toISOString().slice(11, 23);
}

function describeRecord(record: RecordHistory): string {
  const { partition, offset, acknowledged, delivered, deliveries } = record;
  return `partition ${partition} offset ${offset}: acknowledged ${time(acknowledged?.at)}, first delivered ${time(delivered?.at)}, ${deliveries} times, dead-lettered ${record.deadLetters} times`;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
