/** Between what values of a trend lie, for those who do not see it. */
export interface TrendRange {
  least: number;
  most: number;
  /** In the last step; absent: nothing is known of it. */
  now?: number;
}

/** Nothing where no step is known. */
export function trendRangeOf(
  values: ReadonlyArray<number | null>,
): TrendRange | undefined {
  const known = values.filter(value => value !== null);
  if (known.length === 0) {
    return undefined;
  }
  return {
    ...{ least: Math.min(...known), most: Math.max(...known) },
    now: values.at(-1) ?? undefined,
  };
}
