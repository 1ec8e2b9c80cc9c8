/** A whole number with separators, like `12,345`. */
export function formatCount(value: number): string {
  return new Intl.NumberFormat('en').format(value);
}

/** An offset with separators; it stays text, as a number would lose digits. */
export function formatOffset(offset: string): string {
  return offset.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A number that is only roughly known, like `12k`. */
export function formatApproximate(value: number): string {
  return new Intl.NumberFormat('en', {
    notation: 'compact',
    ...(value >= 1_000 && { maximumSignificantDigits: 2 }),
  })
    .format(value)
    .replace('K', 'k');
}

/** Records per second, with one digit where it matters. */
export function formatRate(value: number): string {
  return new Intl.NumberFormat('en', {
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

/** A size like `1 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(
    bytes > 0 ? Math.floor(Math.log2(bytes) / 10) : 0,
    units.length - 1,
  );
  const value = bytes / 1024 ** power;
  return `${new Intl.NumberFormat('en', { maximumFractionDigits: 1 }).format(value)} ${units[power]}`;
}
