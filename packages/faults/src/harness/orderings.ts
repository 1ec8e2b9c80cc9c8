import type { Random } from '@event-flows/demo';
import type { Ordering } from '@event-flows/backstage-plugin-event-flows-common';
import type { Answers } from './SteadyProducer';

/** What a case runs with, in turns, unless it says otherwise. */
const USUAL: readonly Ordering[] = ['partition', 'key'];

const HELD_UP_SHARE = 0.01;
/**
 * With the engine's pauses between attempts, one to three seconds. Of a status
 * that is a record's own matter: several 503 in a row are the endpoint's, which
 * is then tried ever more seldom.
 */
const HELD_UP_ANSWERS = [409, 409, 409];

/** The first run with the first seed has the first; each run and each seed more, the next. */
export function orderingOf(
  orderings: readonly Ordering[] = USUAL,
  { seed, run }: { seed: number; run: number },
): Ordering {
  return orderings[(seed + run - 2) % orderings.length];
}

/**
 * What the endpoint answers where a case does not care. Where lanes are many,
 * some are held up for a moment, so that others are done beyond the position.
 */
export function usualAnswers(ordering: Ordering, random: Random): Answers {
  return ordering === 'partition'
    ? () => undefined
    : () => (random() < HELD_UP_SHARE ? HELD_UP_ANSWERS : undefined);
}
