/**
 * A name that fits: the middle is left out, because names of topics and
 * clusters tend to differ at their ends.
 */
export function cutMiddle(text: string, maxLength: number): string {
  if (text.length <= maxLength) {
    return text;
  }
  const tail = Math.floor((maxLength - 1) / 2);
  const head = maxLength - 1 - tail;
  return `${text.slice(0, head)}…${text.slice(text.length - tail)}`;
}
