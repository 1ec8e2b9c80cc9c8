import { seededRandom } from '@event-flows/demo';
import type { Ordering } from '@event-flows/backstage-plugin-event-flows-common';
import type { FaultCase } from './FaultCase';
import { judge, type Verdict } from './judge';
import { orderingOf } from './orderings';
import { Scene } from './Scene';
import type { World } from './World';

/** How one run of a case went. */
export interface RunResult extends Verdict {
  ordering: Ordering;
  maxStallMs: number;
  /** Why it has failed; empty: it has not. */
  problems: string[];
}

const NOTHING: Verdict = {
  produced: 0,
  delivered: 0,
  deadLettered: 0,
  skipped: 0,
  loss: 0,
  duplicates: 0,
  duplicateBound: 0,
  orderViolations: 0,
  recoverySeconds: [],
  committedTooFar: 0,
  examples: [],
};

/** Runs a case once; never throws for what the system did. */
export async function runCase(
  world: World,
  fault: FaultCase,
  options: { run: number; seed: number },
): Promise<RunResult> {
  const begun = Date.now();
  const random = seededRandom(options.seed * 1_000 + options.run);
  const name = `${fault.name}-${options.run}-${begun.toString(36)}`;
  const ordering = orderingOf(fault.orderings, options);
  const scene = new Scene(world, { random, name, ordering });
  const problems: string[] = [];
  let verdict = NOTHING;
  let unbalanced: string[] = [];
  try {
    await fault.run(scene);
  } catch (error) {
    problems.push(describe(error));
    // What is lost, and what is only late, shows once everything is mended.
    await mend(world, scene).catch(late => problems.push(describe(late)));
  }
  try {
    verdict = judge(scene.flow.ledger, scene.happenings, ordering);
    unbalanced = scene.flow.balanceProblems;
  } catch (error) {
    problems.push(describe(error));
  }
  const stalls = await Promise.all(
    world.backends.map(each => each.longestStallMs(begun, Date.now())),
  );
  const longest = Math.max(...stalls);
  const stalled =
    longest > (fault.longestStallMs ?? Infinity)
      ? [`a portal was held up for ${Math.round(longest)} ms`]
      : [];
  try {
    await world.restore();
    await scene.close();
  } catch (error) {
    problems.push(`Afterwards: ${describe(error)}`);
  }
  return {
    ...verdict,
    ordering,
    maxStallMs: longest,
    problems: [...problems, ...broken(verdict), ...unbalanced, ...stalled],
  };
}

async function mend(world: World, scene: Scene): Promise<void> {
  await world.restore();
  await scene.settle();
}

/** The promises that a run has broken. */
function broken(verdict: Verdict): string[] {
  const { loss, orderViolations, duplicates, duplicateBound } = verdict;
  const { committedTooFar, produced, examples } = verdict;
  const problems = [
    produced === 0 && 'nothing was produced',
    loss > 0 && `${loss} records were lost`,
    orderViolations > 0 && `${orderViolations} records overtook others`,
    duplicates > duplicateBound &&
      `${duplicates} records were repeated, ${duplicateBound} may be`,
    committedTooFar > 0 &&
      `${committedTooFar} times a record was committed as done too early`,
  ].filter(problem => problem !== false);
  return problems.length > 0 ? [...problems, ...examples] : [];
}

/** With what caused it: the condition of a wait says little by itself. */
function describe(error: unknown): string {
  const { message, cause } = error as Error;
  return cause ? `${message} (${describe(cause)})` : message;
}
