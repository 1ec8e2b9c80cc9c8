import type { DeadLetter, LetterMark } from '../types';

/**
 * Whether a mark at the place of a letter is of this one, and not of another
 * one that lay there before the topic was created anew.
 *
 * @public
 */
export function isMarkOf(
  { at, letterId }: Pick<LetterMark, 'at' | 'letterId'>,
  { id, firstFailedAt }: Pick<DeadLetter, 'id' | 'firstFailedAt'>,
): boolean {
  // A mark of before letters had ids: what failed later is another one.
  return letterId === undefined
    ? firstFailedAt !== undefined && firstFailedAt <= at
    : letterId === id;
}

/** Tells which letters of a topic are marked. */
export function markedBy(
  marks: readonly LetterMark[],
): (letter: DeadLetter) => boolean {
  const byPlace = new Map(marks.map(mark => [placeOf(mark), mark]));
  return letter => {
    const mark = byPlace.get(placeOf(letter));
    return mark !== undefined && isMarkOf(mark, letter);
  };
}

function placeOf({
  partition,
  offset,
}: Pick<DeadLetter, 'partition' | 'offset'>): string {
  return `${partition}:${offset}`;
}
