/** What rows can be sorted by; what is not known comes last. */
export type SortKey = string | number | undefined;

/** The rows in the order of a key; equal ones stay as they are. */
export function sortRows<Row>(
  rows: Row[],
  keyOf: (row: Row) => SortKey,
  direction: 'asc' | 'desc',
): Row[] {
  const sign = direction === 'asc' ? 1 : -1;
  return [...rows].sort((left, right) => {
    const a = keyOf(left);
    const b = keyOf(right);
    if (a === undefined || b === undefined) {
      return Number(a === undefined) - Number(b === undefined);
    }
    return sign * compare(a, b);
  });
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : String(a).localeCompare(String(b), 'en', { numeric: true });
}
