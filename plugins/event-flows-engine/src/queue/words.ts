/** Characters of a reason, as it is reported, kept and dead-lettered. */
export const MAX_REASON_LENGTH = 500;
/** The last moment that four digits of a year can name. */
export const LAST_MS = Date.UTC(9999, 11, 31);

const numbers = new Intl.NumberFormat('en');
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });
const SUFFIXES: Record<string, string> = { one: 'st', two: 'nd', few: 'rd' };

/** `3rd`. */
export function ordinal(count: number): string {
  return `${numbers.format(count)}${SUFFIXES[ordinals.select(count)] ?? 'th'}`;
}

/** `partition 2, offset 8,812`. */
export function placeOf(record: { partition: number; offset: bigint }): string {
  return `partition ${record.partition}, offset ${numbers.format(record.offset)}`;
}
