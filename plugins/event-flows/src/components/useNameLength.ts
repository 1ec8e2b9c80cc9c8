import { useIsNarrow } from './useIsNarrow';

/** Characters of a name in a narrow window. */
const NARROW = 18;

/**
 * How many characters of a name a table shows. Names are not broken, so that
 * in a narrow window only short ones leave room for the columns beside them.
 */
export function useNameLength(wide: number): number {
  return useIsNarrow() ? NARROW : wide;
}
