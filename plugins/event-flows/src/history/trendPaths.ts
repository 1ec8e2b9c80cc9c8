type Values = ReadonlyArray<number | null>;

/** In pixels. */
interface Size {
  width: number;
  height: number;
}

/**
 * The path of a line from zero to the highest value. What is not known parts
 * it; a value that stands alone is a stroke without length: a dot.
 */
export function linePath(values: Values, size: Size): string {
  const place = placesIn(values, size);
  return values
    .map((value, index) => {
      if (value === null) {
        return '';
      }
      const { middle, top } = place(value, index);
      const begins = (values[index - 1] ?? null) === null;
      return begins ? `M${middle} ${top}h0` : `L${middle} ${top}`;
    })
    .join('');
}

/** The path of bars from zero to the highest value, without space between. */
export function barsPath(values: Values, size: Size): string {
  const place = placesIn(values, size);
  return values
    .map((value, index) => {
      if (!value) {
        return '';
      }
      const { left, right, top } = place(value, index);
      return `M${left} ${size.height}V${top}H${right}V${size.height}z`;
    })
    .join('');
}

function placesIn(values: Values, { width, height }: Size) {
  const most = Math.max(...values.map(value => value ?? 0));
  const step = width / values.length;
  return (value: number, index: number) => ({
    left: rounded(index * step),
    middle: rounded((index + 0.5) * step),
    right: rounded((index + 1) * step),
    top: rounded(most > 0 ? height - (value / most) * height : height),
  });
}

/** Finer than a screen shows. */
function rounded(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}
