/** As in what people may enter, see `visibleText`. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/**
 * Text from outside (a broker, an endpoint, the catalog) as it may be shown,
 * stored and logged: in one line, without control characters and invisible
 * marks, cut to a length.
 *
 * @param maxLength - in UTF-16 code units, an ellipsis included
 * @public
 */
export function visibleLine(text: string, maxLength: number): string {
  // Nobody waits for the rest of a text of megabytes to be searched.
  const line = text
    .slice(0, maxLength * 2)
    .replace(INVISIBLE, ' ')
    .trim();
  const isCut = line.length > maxLength || text.length > maxLength * 2;
  return isCut
    ? `${line.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
    : line;
}
