import { setTimeout as delay } from 'node:timers/promises';
import { connectionsOf, rssMiB } from '@event-flows/testbed';
import { pick, seededRandom } from '@event-flows/demo';
import type { Ordering } from '@event-flows/backstage-plugin-event-flows-common';
import { judge, type Verdict } from '../harness/judge';
import { orderingOf } from '../harness/orderings';
import { Scene } from '../harness/Scene';
import type { Driver } from '../harness/Backend';
import { World } from '../harness/World';
import { DISTURBANCES } from './disturbances';

/** Slow enough for every record of an hour to be kept in the ledger. */
const PER_SECOND = 40;
/** Connections that a fault has broken are gone by then, and new ones are there. */
const SETTLE_MS = 5_000;
/** More than that is no noise. */
const MEMORY_GROWTH = 1.25;
const MORE_SOCKETS = 10;
/** Node's name for it, and that of the event. */
const UNHANDLED = /unhandled ?(promise ?)?rejection/i;

/** What one backend, which ran all the time, held in the first and in the last third. */
interface Held {
  early: number;
  late: number;
}

/** How a soak went. */
export interface SoakReport extends Omit<
  Verdict,
  'recoverySeconds' | 'examples'
> {
  minutes: number;
  ordering: Ordering;
  disturbances: Record<string, number>;
  sockets: Held;
  rssMiB: Held;
  unhandledRejections: number;
  pass: boolean;
  problems: string[];
}

/** Lets records flow for so long while things go wrong at random, and looks at what that left. */
export async function soak(
  root: string,
  options: {
    minutes: number;
    seed: number;
    driver: Driver;
    print: (line: string) => void;
  },
): Promise<SoakReport> {
  const { minutes, seed, driver, print } = options;
  const world = await World.start(root, { brokers: 1, backends: 2 }, driver);
  const random = seededRandom(seed);
  const ordering = orderingOf(undefined, { seed, run: 1 });
  const scene = new Scene(world, {
    name: `soak-${Date.now().toString(36)}`,
    random,
    ordering,
  });
  const [first, second] = world.backends;
  const disturbances: Record<string, number> = {};
  const samples: Array<{ sockets: number; rss: number }> = [];
  const problems: string[] = [];
  try {
    await scene.begin({}, PER_SECOND);
    const end = Date.now() + minutes * 60_000;
    while (Date.now() < end) {
      const { name, act } = pick(random, DISTURBANCES);
      print(`… ${minutesUntil(end)} to go: ${name}`);
      disturbances[name] = (disturbances[name] ?? 0) + 1;
      await act(scene, second);
      await scene.recovered();
      await delay(SETTLE_MS);
      samples.push(look(first.pid));
    }
    await scene.settle();
  } catch (error) {
    problems.push((error as Error).message);
    await world.restore();
    await scene.settle().catch(late => problems.push(String(late)));
  }
  const {
    recoverySeconds: _,
    examples,
    ...verdict
  } = judge(scene.flow.ledger, scene.happenings, ordering);
  const logs = await Promise.all([first.readLog(), second.readLog()]);
  const unhandledRejections = logs
    .flatMap(log => log.split('\n'))
    .filter(line => UNHANDLED.test(line)).length;
  const sockets = thirds(samples.map(sample => sample.sockets));
  const memory = thirds(samples.map(sample => sample.rss));
  await scene.close();
  await world.stop();
  problems.push(
    ...brokenPromises({ ...verdict, sockets, memory, unhandledRejections }),
  );
  problems.push(...scene.flow.balanceProblems);
  if (problems.length > 0) {
    problems.push(...examples.slice(-5));
  }
  return {
    ...{ minutes, ordering, disturbances, ...verdict, sockets },
    rssMiB: memory,
    unhandledRejections,
    pass: problems.length === 0,
    problems,
  };
}

/** For the person who watches. */
export function describeSoak(report: SoakReport): string {
  const { disturbances, problems, sockets, rssMiB: memory } = report;
  const happened = Object.entries(disturbances)
    .map(([name, times]) => `${name} ${times}`)
    .join(', ');
  return [
    `${report.pass ? '✓' : '✗'} ${report.minutes} minutes, order by ${report.ordering} (${happened})`,
    `  produced ${report.produced}  delivered ${report.delivered}  loss ${report.loss}  duplicates ${report.duplicates} (bound ${report.duplicateBound})  order violations ${report.orderViolations}`,
    `  first third and last third: sockets ${sockets.early} and ${sockets.late}, memory ${memory.early} and ${memory.late} MiB`,
    ...problems.map(problem => `    ${problem}`),
  ].join('\n');
}

function look(pid: number | undefined): { sockets: number; rss: number } {
  if (pid === undefined) {
    throw new Error('The backend that nobody touched has ended');
  }
  return { sockets: connectionsOf(pid), rss: rssMiB(pid) };
}

/** Medians: a moment says nothing. */
function thirds(values: readonly number[]): Held {
  const size = Math.max(1, Math.floor(values.length / 3));
  const median = (part: readonly number[]) =>
    Math.round([...part].sort((a, b) => a - b)[Math.floor(part.length / 2)]);
  return {
    early: median(values.slice(0, size)),
    late: median(values.slice(-size)),
  };
}

function brokenPromises(seen: {
  loss: number;
  orderViolations: number;
  duplicates: number;
  duplicateBound: number;
  committedTooFar: number;
  unhandledRejections: number;
  sockets: Held;
  memory: Held;
}): string[] {
  const { sockets, memory } = seen;
  return [
    seen.loss > 0 && `${seen.loss} records were lost`,
    seen.orderViolations > 0 &&
      `${seen.orderViolations} records overtook others`,
    seen.duplicates > seen.duplicateBound &&
      `${seen.duplicates} records were repeated, ${seen.duplicateBound} may be`,
    seen.committedTooFar > 0 &&
      `${seen.committedTooFar} times a record was committed as done too early`,
    seen.unhandledRejections > 0 &&
      `${seen.unhandledRejections} lines of the logs tell of unhandled rejections`,
    sockets.late > sockets.early + MORE_SOCKETS &&
      `sockets grew from ${sockets.early} to ${sockets.late}`,
    memory.late > memory.early * MEMORY_GROWTH &&
      `memory grew from ${memory.early} to ${memory.late} MiB`,
  ].filter(problem => problem !== false);
}

function minutesUntil(end: number): string {
  return `${Math.max(0, (end - Date.now()) / 60_000).toFixed(1)} min`;
}
